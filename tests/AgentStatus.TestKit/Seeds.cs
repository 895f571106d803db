using System.Globalization;

namespace AgentStatus.TestKit;

/// <summary>Random input that can be had again: every failure names its seed.</summary>
public static class Seeds
{
    /// <summary>Runs a law on this many fresh seeds; set AGENTSTATUS_TEST_SEED to run one again.</summary>
    public static void ForEach(int count, Action<Random> law)
    {
        foreach (var seed in Choose(count))
        {
            try
            {
                law(new Random(seed));
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.SkipException)
            {
                throw Named(seed, failure);
            }
        }
    }

    /// <summary>The same for a law that awaits.</summary>
    public static async Task ForEachAsync(int count, Func<Random, Task> law)
    {
        foreach (var seed in Choose(count))
        {
            try
            {
                await law(new Random(seed));
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.SkipException)
            {
                throw Named(seed, failure);
            }
        }
    }

    private static IEnumerable<int> Choose(int count)
    {
        var given = Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_SEED");
        return given is null
            ? Enumerable.Range(0, count).Select(_ => Said(Random.Shared.Next(), count))
            : [Said(int.Parse(given, CultureInfo.InvariantCulture), 1)];
    }

    /// <summary>Says it before the law runs: one that hangs, or ends the process, names its seed, too.</summary>
    private static int Said(int seed, int count)
    {
        var context = TestContext.Current;
        if (count == 1) context.TestOutputHelper?.WriteLine($"seed {seed}");
        context.SendDiagnosticMessage($"{context.Test?.TestDisplayName}: seed {seed}");
        return seed;
    }

    private static InvalidOperationException Named(int seed, Exception failure) =>
        new($"seed {seed}: {failure.Message}", failure);
}
