using System.CommandLine;
using AgentStatus.Benchmarks.Comparisons;

namespace AgentStatus.Benchmarks;

/// <summary>The verb `compare`.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var only = new Option<string[]>("--only")
        {
            Description = "Only comparisons whose name begins so; may be several",
            AllowMultipleArgumentsPerToken = true,
        };
        var json = new Option<FileInfo?>("--json") { Description = "Write the rows as JSON to this file" };
        var markdown =
            new Option<FileInfo?>("--markdown") { Description = "Write machine, date and table to this file" };
        var directory = new Option<string?>("--directory")
        {
            Description = "Where the run's files go (default: the temporary directory)",
        };
        var quick =
            new Option<bool>("--quick") { Description = "Small sizes, short rounds: shows that everything runs" };
        var agents = new Option<int?>("--agents") { Description = "Agents in memory, instead of the size's" };
        var rounds = new Option<int?>("--rounds") { Description = "Rounds, instead of the size's" };
        var seconds = new Option<double?>("--seconds")
        {
            Description = "Seconds of a round and of half a warm-up, instead of the size's",
        };
        var soak = new Option<double>("--soak") { Description = "Minutes of the soak; without it there is none" };
        var against = new Option<string[]>("--against")
        {
            Description = "Earlier builds of the server as peers: a directory with AgentStatus.Server.dll, or NAME=it",
            AllowMultipleArgumentsPerToken = true,
        };
        var list = new Option<bool>("--list") { Description = "Say what there is to compare" };
        var command =
            new Command("compare", "Measures against peers, in ratios within one run; prints a Markdown table")
        {
            only, json, markdown, directory, quick, agents, rounds, seconds, soak, against, list,
        };
        command.SetAction(parsed =>
        {
            var prefixes = parsed.GetValue(only) ?? [];
            var chosen = Catalogue.All.Where(comparison => prefixes.Length == 0
                || prefixes.Any(prefix => comparison.Name.StartsWith(prefix, StringComparison.Ordinal))).ToList();
            if (parsed.GetValue(list))
            {
                foreach (var comparison in chosen) Console.WriteLine($"{comparison.Name,-24}{comparison.What}");
                return 0;
            }

            if (chosen.Count == 0)
            {
                Console.Error.WriteLine("No comparison has such a name; --list says which there are.");
                return 2;
            }

            var builds = (parsed.GetValue(against) ?? []).Select(EarlierBuild.Find).ToList();
            if (builds.Contains(null))
            {
                Console.Error.WriteLine($"--against: there is no {EarlierBuild.Program}; build that server first.");
                return 2;
            }

            var sizes = parsed.GetValue(quick) ? Sizes.Quick : Sizes.Full;
            sizes = sizes with
            {
                Agents = parsed.GetValue(agents) ?? sizes.Agents,
                Rounds = parsed.GetValue(rounds) ?? sizes.Rounds,
                Round = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? sizes.Round.TotalSeconds),
                Warmup = TimeSpan.FromSeconds(2 * parsed.GetValue(seconds) ?? sizes.Warmup.TotalSeconds),
                Soak = TimeSpan.FromMinutes(parsed.GetValue(soak)),
            };
            var preface = Machine.Describe(sizes, Environment.GetCommandLineArgs()[1..]);
            var bench = new Workbench(sizes, parsed.GetValue(directory), [.. builds.OfType<EarlierBuild>()]);
            var rows = Compare(chosen, bench);
            var table = Reports.Markdown(rows, preface);
            Console.WriteLine(table);
            if (parsed.GetValue(json) is { } jsonFile) File.WriteAllText(jsonFile.FullName, Reports.Json(rows));
            if (parsed.GetValue(markdown) is { } markdownFile)
                File.WriteAllText(markdownFile.FullName, $"# The last full run\n\n{table}");
            return 0;
        });
        return command;
    }

    private static List<Row> Compare(IReadOnlyList<Comparison> chosen, Workbench bench)
    {
        using (bench)
        {
            var rows = new List<Row>();
            foreach (var comparison in chosen)
            {
                var now = TimeProvider.System.GetUtcNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
                Console.Error.WriteLine($"{now} {comparison.Name}: {comparison.What}");
                try
                {
                    foreach (var row in comparison.Measure(bench))
                    {
                        Workbench.Say(Reports.Line(row));
                        rows.Add(row);
                    }
                }
                catch (MissingPeerException missing)
                {
                    Workbench.Say(missing.Message);
                    rows.Add(Row.NotMeasured(comparison.Name, Target.None, missing.Message));
                }
            }

            return rows;
        }
    }
}
