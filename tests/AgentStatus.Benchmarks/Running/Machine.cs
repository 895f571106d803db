using System.Runtime.InteropServices;

namespace AgentStatus.Benchmarks.Running;

/// <summary>Where, when and how the figures came about.</summary>
internal static class Machine
{
    public static string Describe(Sizes sizes, string[] arguments)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30);
        var command = string.Join(' ', arguments.Select(Shown));
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Processor()}, {Environment.ProcessorCount} cores,
            {memory} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}.
            Load and servers share the machine. Sizes: {sizes.Name}; {sizes.Rounds} rounds,
            the sides alternate; median, and the ratios' spread.

                dotnet run -c Release --project tests/AgentStatus.Benchmarks -- {command}
            """);
#if DEBUG
        text += "\n\n**A debug build: the figures mean nothing.**";
#endif
        return text;
    }

    /// <summary>An earlier build is shown by its name: where it lies says nothing to others.</summary>
    private static string Shown(string argument) =>
        EarlierBuild.Find(argument) is { } build ? $"{build.Name}=DIR" : argument;

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name",
            StringComparison.Ordinal))
            ?.Split(':')[1].Trim() ?? RuntimeInformation.OSArchitecture.ToString()
        : RuntimeInformation.OSArchitecture.ToString();
}
