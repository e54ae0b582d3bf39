KEY = ENV.fetch("FLAG_KEY")
WRAPPED = FlagKey.new("ads") #@ declared E

def made(client)
  client.fetch_boolean_value(flag_key: KEY, default_value: false) #@ dynamic
  client.fetch_boolean_value(flag_key: WRAPPED, default_value: false) #@ read E
end
