class Checkout
  def pay(client)
    
      "new"
  end

  def receipt(client, context)
    "mail"
  end

  def others(client)
    client.fetch_boolean_value(flag_key: "new-receipts", default_value: false)
  end
end
