class Checkout
  def pay(client)
    "old"
  end

  def receipt(client, context)
    return "paper"
  end

  def others(client)
    client.fetch_boolean_value(flag_key: "new-receipts", default_value: false)
  end
end
