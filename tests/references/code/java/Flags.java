package shop;

/** The flags of the shop. */
public final class Flags {
    public static final String NEW_CHECKOUT = "new-checkout"; //@ declared A
    static final String FLOW = "new-checkout-flow"; //@ declared B
    private static final String OTHER = "something-else";

    public enum Switch {
        DARK("dark_mode"), //@ declared C
        TIER("pricing.tier"); //@ declared D

        private final String key;

        Switch(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }
}
