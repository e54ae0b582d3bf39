namespace Shop;

class Made
{
    private static readonly string Key = Environment.GetEnvironmentVariable("FLAG_KEY");
    private static readonly FlagKey Wrapped = new FlagKey("ads"); //@ declared E

    Task<bool> Numbered(int n)
    {
        var numbered = string.Format("beta-{0}", n);
        return client.GetBooleanValueAsync(numbered, false); //@ dynamic
    }

    Task<bool> Own() => client.GetBooleanValueAsync(Wrapped, false); //@ read E
}
