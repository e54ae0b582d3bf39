package shop

import dev.openfeature.kotlin.sdk.Client

private const val OWN = "new-checkout"

object Flags {
    const val NEW_CHECKOUT = "new-checkout"
    const val NEW_RECEIPTS = "new-receipts"
}

object OldFlags {
    const val NEW_CHECKOUT = "new-checkout-2"
}

enum class Flag(val key: String) {
    NEW_CHECKOUT("new-checkout"),
    NEW_RECEIPTS("new-receipts"),
}

class Checkout(private val client: Client) {
    fun pay(): String {
        return "old"
    }

    fun open(open: Boolean): String {
        return "closed"
    }

    fun own(): String {
        return "paper"
    }

    fun throughEnum(printed: Boolean): Boolean {
        return printed
    }

    fun others(): Boolean {
        return client.getBooleanValue(OldFlags.NEW_CHECKOUT, false) ||
            client.getBooleanValue(Flags.NEW_RECEIPTS, false) ||
            client.getBooleanValue(Flag.NEW_RECEIPTS.key, false)
    }
}
