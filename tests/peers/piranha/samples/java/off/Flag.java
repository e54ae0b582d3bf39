package shop;

enum Flag {
    NEW_CHECKOUT("new-checkout"),
    NEW_RECEIPTS("new-receipts");

    private final String key;

    Flag(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
