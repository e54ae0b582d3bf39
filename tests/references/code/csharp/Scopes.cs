using OpenFeature;

public class Scopes
{
    private readonly string tier = @"pricing.tier"; //@ declared D
    private static readonly string[] All = { "ads", "dark_mode" }; //@ declared E declared C

    async Task One()
    {
        var key = "ads"; //@ declared E
        await client.GetBooleanValueAsync(key, false); //@ read E
    }

    async Task Other()
    {
        var key = "dark_mode"; //@ declared C
        await client.GetBooleanValueAsync(key, false); //@ read C
    }

    async Task Parameter(string key) => await client.GetBooleanValueAsync(key, false); //@ dynamic

    async Task Loop()
    {
        foreach (var name in All)
        {
            await client.GetBooleanValueAsync(name, false); //@ dynamic
        }
    }

    async Task Forms()
    {
        await client.GetStringValueAsync(tier, "basic"); //@ read D
        await client.GetBooleanValueAsync("""dark_mode""", false); //@ read C
        await client.GetBooleanValueAsync(string.Format("checkout-{0}", step), false); //@ dynamic
        if (await features.IsEnabledAsync("ads")) //@ read E
        {
            Propagate("dark_mode"); //@ unknown C
        }
    }

    int Choose(string name) => name switch { "ads" => 1, _ => 2 }; //@ unknown E
}
