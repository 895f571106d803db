using System.CommandLine;

namespace AgentStatus.Benchmarks.Scaling;

/// <summary>The verb `simulate`: divides made-up companies among parts as servers do, and says what each part carries
/// by what RESULTS.md has measured. Nothing is started.</summary>
internal static class SimulateCommand
{
    private const double DaySeconds = 24 * 60 * 60;

    /// <summary>Sizes of companies: most have tens of agents, few have thousands (Pareto's distribution).</summary>
    private const double Shape = 1.1;

    private const double Smallest = 10;
    private const double LargestCompany = 100_000;

    public static Command Create()
    {
        var agents = new Option<long>("--agents") { DefaultValueFactory = _ => 10_000_000, Description = "Agents" };
        var parts = new Option<int>("--parts") { DefaultValueFactory = _ => 8, Description = "Parts of the companies" };
        var events = new Option<double>("--events")
        {
            DefaultValueFactory = _ => 20,
            Description = "Events of an agent a day",
        };
        var rings = new Option<double>("--rings")
        {
            DefaultValueFactory = _ => 100,
            Description = "Questions about an agent's ring a day",
        };
        var days = new Option<double>("--days") { DefaultValueFactory = _ => 62, Description = "Memory's horizon" };
        var peak = new Option<double>("--peak")
        {
            DefaultValueFactory = _ => 4,
            Description = "The busiest hour, in times of an average one",
        };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "Of companies and seconds" };
        var command = new Command("simulate", "Says what each part carries where companies are divided")
        {
            agents, parts, events, rings, days, peak, seed,
        };
        command.SetAction(parsed => Run(
            new Random(parsed.GetValue(seed)), parsed.GetValue(agents), parsed.GetValue(parts),
            new(parsed.GetValue(events), parsed.GetValue(rings), parsed.GetValue(days), parsed.GetValue(peak))));
        return command;
    }

    private static int Run(Random random, long agents, int parts, Load load)
    {
        var costs = new MeasuredCosts(Path.Combine(SourceTree.Root, "tests/AgentStatus.Benchmarks/RESULTS.md"));
        Console.WriteLine(
            "| part | companies | agents | the largest company | memory, GB | events/s, worst second "
            + "| cores, busiest hour |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var part in Divide(random, agents, parts))
        {
            var perSecond = load.Peak * part.Agents / DaySeconds;
            var worst = SimulatedPart.WorstSecond(random, perSecond * load.Events);
            var cores = ((perSecond * load.Events * costs.Of("record-mongodb/cpu"))
                + (perSecond * load.Rings * costs.Of("classify-empty/8x32/cpu"))) / 1e6;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {part.Number} | {part.Companies:N0} | {part.Agents:N0} | {part.Largest:N0} | "
                + $"{part.Gigabytes(load.Events * load.Days):0.0} | {worst:N0} | {cores:0.00} |"));
        }

        return 0;
    }

    private static List<SimulatedPart> Divide(Random random, long agents, int parts)
    {
        List<SimulatedPart> all = [.. Enumerable.Range(1, parts).Select(number => new SimulatedPart(number))];
        var companyId = 100_000L;
        for (var left = agents; left > 0;)
        {
            companyId += random.Next(1, 20);
            var size = (long)Math.Min(
                Smallest / Math.Pow(1 - random.NextDouble(), 1 / Shape), Math.Min(LargestCompany, left));
            all[CompanyPartition.NumberOf(companyId, parts) - 1].Add(Math.Max(1, size));
            left -= Math.Max(1, size);
        }

        return all;
    }

    /// <summary>What agents do.</summary>
    /// <param name="Events">An agent's, a day.</param>
    /// <param name="Rings">Questions about an agent, a day.</param>
    /// <param name="Days">Memory's horizon.</param>
    /// <param name="Peak">The busiest hour, in times of an average one.</param>
    private sealed record Load(double Events, double Rings, double Days, double Peak);
}
