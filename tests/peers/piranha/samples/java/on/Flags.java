package shop;

final class Flags {
    /** The new checkout. */
    static final String NEW_CHECKOUT = "new-checkout";
    static final String NEW_RECEIPTS = "new-receipts";

    private Flags() {}
}
