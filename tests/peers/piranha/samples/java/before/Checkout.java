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
        if (client.getBooleanValue("new-checkout", false)) {
            return "new";
        }
        return "old";
    }

    String deliver(boolean express) {
        String way;
        if (!client.getBooleanValue("new-checkout", true)) {
            way = "by post";
        } else if (express) {
            way = "today";
        } else {
            way = "tomorrow";
        }
        return way;
    }

    // asks for new-checkout through a constant, with a context
    String open(EvaluationContext context, boolean open) {
        boolean enabled = client.getBooleanValue(Flags.NEW_CHECKOUT, false, context);
        if (enabled && open) {
            return "open";
        } else {
            return "closed";
        }
    }

    String own() {
        return client.getBooleanValue(OWN, true) ? "mail" : "paper";
    }

    boolean throughEnum(boolean printed) {
        return printed || client.getBooleanValue(Flag.NEW_CHECKOUT.key(), false);
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
