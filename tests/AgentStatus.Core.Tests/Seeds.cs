namespace AgentStatus.Core.Tests;

/// <summary>Random input that can be had again: every failure names its seed.</summary>
internal static class Seeds
{
    /// <summary>Runs a law on this many fresh seeds; set AGENTSTATUS_TEST_SEED to run one again.</summary>
    public static void ForEach(int count, Action<Random> law)
    {
        var given = Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_SEED");
        var seeds = given is null
            ? Enumerable.Range(0, count).Select(_ => Random.Shared.Next())
            : [int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)];
        foreach (var seed in seeds)
        {
            try
            {
                law(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }
}
