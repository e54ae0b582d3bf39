module Lists
  ALL = %w[ads dark_mode].freeze #@ declared E declared C
  TABLE = { tier: "pricing.tier" }.freeze #@ declared D
end

class Scopes
  DARK = :dark_mode #@ declared C

  def one
    key = "ads" #@ declared E
    client.fetch_boolean_value(flag_key: key, default_value: false) #@ read E
  end

  def other
    key = "dark_mode" #@ declared C
    client.fetch_boolean_value(flag_key: key, default_value: false) #@ read C
  end

  def parameter(key)
    client.fetch_boolean_value(flag_key: key, default_value: false) #@ dynamic
  end

  def forms
    client.fetch_boolean_value(flag_key: DARK, default_value: false) #@ read C
    client.fetch_boolean_value(default_value: false, flag_key: 'ads') #@ read E
    client.fetch_boolean_value flag_key: 'no-such-flag', default_value: false #@ undefined
    Flipper.enabled?(:ads, user) #@ read E
    navigate "pricing.tier" #@ unknown D
    Lists::ALL.each { |name| client.fetch_boolean_value(flag_key: name, default_value: false) } #@ dynamic
  end
end
