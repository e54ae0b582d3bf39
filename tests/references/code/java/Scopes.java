package shop;

import dev.openfeature.sdk.Client;

class Scopes {
    private static final String DARK = "dark_mode"; //@ declared C
    private static final List<String> ALL = List.of("new-checkout", "ads"); //@ declared A declared E

    boolean one() {
        String key = "new-checkout"; //@ declared A
        return client.getBooleanValue(key, false); //@ read A
    }

    boolean other() {
        final String key = "dark_mode"; //@ declared C
        return client.getBooleanValue(key, false); //@ read C
    }

    boolean parameter(String key) {
        return client.getBooleanValue(key, false); //@ dynamic
    }

    boolean hidden() {
        String DARK = compute();
        return client.getBooleanValue(DARK, false); //@ dynamic
    }

    boolean renamed() {
        var key = DARK; //@ declared C
        return client.getBooleanValue(key, false); //@ read C
    }

    void loop() {
        for (String key : ALL) {
            client.getBooleanValue(key, false); //@ dynamic
        }
    }

    boolean joined() {
        return client.getBooleanValue("new-" + "checkout", false); //@ read A
    }

    boolean chosen() {
        return client.getBooleanValue(late ? "dark_mode" : "no-such-flag", false); //@ read C undefined
    }

    void notAboutFlags() {
        navigateTo("new-checkout"); //@ unknown A
        delegate("dark_mode"); //@ unknown C
        properties.getStringValue("some.property", "x");
        if ("ads".equals(name)) { //@ unknown E
            stop();
        }
    }

    @FeatureFlag(name = "dark_mode") //@ read C
    boolean annotated() {
        return catalogFlags.get("ads"); //@ read E
    }
}
