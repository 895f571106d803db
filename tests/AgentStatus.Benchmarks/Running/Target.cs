namespace AgentStatus.Benchmarks.Running;

/// <summary>What a row has to reach.</summary>
/// <param name="Text">For people; empty: nothing.</param>
/// <param name="Holds">Judges a ratio or a value; null: nothing is to be reached.</param>
internal sealed record Target(string Text, Func<double, bool>? Holds)
{
    /// <summary>The row only informs.</summary>
    public static readonly Target None = new("", null);

    public static Target AtLeast(double least, string unit = "x") =>
        new($">= {Number(least)}{unit}", value => value >= least);

    public static Target AtMost(double most, string unit = "x") =>
        new($"<= {Number(most)}{unit}", value => value <= most);

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
