package shop;

/** The same name, and another flag. */
final class OldFlags {
    static final String NEW_CHECKOUT = "new-checkout-2";

    private OldFlags() {}
}
