using OpenFeature;

public class Checkout
{
    private readonly FeatureClient client;

    public async Task All(string step)
    {
        await client.GetBooleanValueAsync("new-checkout", false); //@ read A
        await client.GetBooleanValueAsync(Flags.NewCheckout, false); //@ read A
        await client.GetStringDetailsAsync(flagKey: Flags.Tier, defaultValue: "basic"); //@ read D
        await client.GetBooleanValueAsync($"checkout-{step}", false); //@ dynamic
        await client.GetBooleanValueAsync("missing", false); //@ undefined
        Console.WriteLine("dark_mode"); //@ unknown C
        // new-checkout-flow comes later //@ comment B
    }

    [FeatureGate("new-checkout-flow")] //@ read B
    public void Gate() { }
}
