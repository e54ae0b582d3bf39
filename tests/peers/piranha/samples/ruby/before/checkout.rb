class Checkout
  def pay(client)
    if client.fetch_boolean_value(flag_key: "new-checkout", default_value: false)
      "new"
    else
      "old"
    end
  end

  def receipt(client, context)
    return "paper" unless client.fetch_boolean_value(default_value: false, flag_key: 'new-checkout', evaluation_context: context)
    "mail"
  end

  def others(client)
    client.fetch_boolean_value(flag_key: "new-receipts", default_value: false)
  end
end
