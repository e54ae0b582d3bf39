package shop;

class Made {
    private static final String FROM_ENVIRONMENT = System.getenv("FLAG_KEY");
    private static final String RESOLVED = resolve("ads"); //@ unknown E
    private static final FlagKey WRAPPED = FlagKey.of("dark_mode"); //@ declared C

    boolean environment() {
        return client.getBooleanValue(FROM_ENVIRONMENT, false); //@ dynamic
    }

    boolean resolved() {
        return client.getBooleanValue(RESOLVED, false); //@ dynamic
    }

    boolean wrapped() {
        return client.getBooleanValue(WRAPPED, false); //@ read C
    }
}
