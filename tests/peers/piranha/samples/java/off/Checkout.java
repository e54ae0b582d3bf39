package shop;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;

class Checkout {
    private static final String OWN = "new-checkout";
    private final Client client;

    Checkout(Client client) {
        this.client = client;
    }

    String pay() {
        return "old";
    }

    String deliver(boolean express) {
        String way;
        way = "by post";
        return way;
    }

    // asks for new-checkout through a constant, with a context
    String open(EvaluationContext context, boolean open) {
        return "closed";
    }

    String own() {
        return "paper";
    }

    boolean throughEnum(boolean printed) {
        return printed;
    }

    boolean others() {
        return client.getBooleanValue("new-checkout-2", false)
                || client.getBooleanValue(OldFlags.NEW_CHECKOUT, false)
                || client.getBooleanValue(Flags.NEW_RECEIPTS, false)
                || client.getBooleanValue(Flag.NEW_RECEIPTS.key(), false);
    }

    Object details() {
        return client.getBooleanDetails("new-checkout", false);
    }
}
