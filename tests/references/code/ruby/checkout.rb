require "open_feature/sdk"

class Checkout
  # new-checkout is on for all #@ comment A
  def all(client, step)
    client.fetch_boolean_value(flag_key: "new-checkout", default_value: false) #@ read A
    client.fetch_boolean_value(flag_key: Flags::NEW_CHECKOUT, default_value: false) #@ read A
    client.fetch_boolean_details(flag_key: Flags::FLOW, default_value: false) #@ read B
    client.fetch_string_value(flag_key: "tier-#{step}", default_value: "x") #@ dynamic
    feature_enabled?(:dark_mode) #@ read C
    puts "dark_mode" #@ unknown C
  end
end
