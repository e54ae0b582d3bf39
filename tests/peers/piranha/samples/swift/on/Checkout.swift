import OpenFeature

enum Flags {
    static let newCheckout = "new-checkout"
    static let newReceipts = "new-receipts"
}

enum OldFlags {
    static let newCheckout = "new-checkout-2"
}

class Checkout {
    func pay(client: Client) -> String {
        return "new"
        
    }

    func open(client: Client, open: Bool) -> String {
        return open ? "open" : "closed"
    }

    func others(client: Client) -> Bool {
        return client.getBooleanValue(key: Flags.newReceipts, defaultValue: false)
            || client.getBooleanValue(key: OldFlags.newCheckout, defaultValue: false)
    }
}
