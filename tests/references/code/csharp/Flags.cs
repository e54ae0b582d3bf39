namespace Shop;

public static class Flags
{
    public const string NewCheckout = "new-checkout"; //@ declared A
    public static readonly string Tier = "pricing.tier"; //@ declared D
    public static string Dark => "dark_mode"; //@ declared C
}
