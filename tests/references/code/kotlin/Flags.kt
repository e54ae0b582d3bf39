package shop

object Flags {
    const val NEW_CHECKOUT = "new-checkout" //@ declared A
    const val UNRELATED = "unrelated"
}

object Colours {
    const val NEW_CHECKOUT = "#00ff00"
}

enum class Switch(val key: String) {
    FLOW("new-checkout-flow"), //@ declared B
    DARK("dark_mode"), //@ declared C
}
