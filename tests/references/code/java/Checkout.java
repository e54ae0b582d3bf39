package shop;

import dev.openfeature.sdk.Client;
import static shop.Flags.NEW_CHECKOUT;

class Checkout {
    private final Client client;
    private static final String FLOW = "not-a-flag";

    boolean direct() {
        return client.getBooleanValue("new-checkout", false); //@ read A
    }

    boolean constant() {
        return client.getBooleanValue(Flags.NEW_CHECKOUT, false); //@ read A
    }

    boolean imported() {
        return client.getBooleanDetails(NEW_CHECKOUT, false).getValue(); //@ read A
    }

    boolean shadowed() {
        return client.getBooleanValue(FLOW, false); //@ undefined
    }

    String entry() {
        return client.getStringValue(Flags.Switch.TIER.key(), "basic"); //@ read D
    }

    boolean dynamic(String step) {
        return client.getBooleanValue("new-checkout-" + step, false); //@ dynamic
    }

    boolean unknownFlag() {
        return client.getBooleanValue("no-such-flag", false); //@ undefined
    }

    boolean wrapped() {
        // the flag new-checkout is read below //@ comment A
        return features.isEnabled("dark_mode"); //@ read C
    }

    void log() {
        logger.info("new-checkout is on"); //@ unknown A
        logger.info("ads are shown here");
        String text = """
            a text about new-checkout-flow and more //@ unknown B
            """;
    }

    int ads(int ads) {
        return ads + 1;
    }

    boolean ads() {
        return client.getBooleanValue("ads", true); //@ read E
    }

    String longer = "my-new-checkout new-checkout-flows";
}
