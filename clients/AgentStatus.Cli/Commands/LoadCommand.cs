using AgentStatus.Cli.Load;

namespace AgentStatus.Cli.Commands;

/// <summary>`load`: calls at a fixed rate, and what latency they met.</summary>
internal static class LoadCommand
{
    private const double MostPerSecond = 1_000_000;
    private static readonly TimeSpan MostDuration = TimeSpan.FromHours(24);

    public static Command Create(Terminal terminal, Connection connection)
    {
        var rate = Number("--rate", "Calls a second.", 1_000, MostPerSecond);
        var duration = Number("--duration", "Seconds.", 10, MostDuration.TotalSeconds);
        var profile = Arguments.Word<LoadProfile>("--profile", "What to call; left out: ring.");
        var company = Arguments.Id("--company", "The company; left out: 1.");
        company.DefaultValueFactory = _ => 1;
        var agents = Number("--agents", "Agents 1 to this one take part.", 1_000, 1_000_000);
        var seed = new Option<int>("--seed") { Description = "Which random calls.", DefaultValueFactory = _ => 1 };
        var command = new Command("load", "Sends requests at a fixed rate (an open loop) and shows the latencies.")
        {
            rate, duration, profile, company, agents, seed,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var calls = new LoadCalls(
                client,
                parsed.GetValue(profile),
                parsed.GetValue(company),
                (int)parsed.GetValue(agents),
                parsed.GetValue(seed),
                terminal.Clock);
            var length = TimeSpan.FromSeconds(parsed.GetValue(duration));
            var run = new LoadRun(parsed.GetValue(rate), length, calls.CallAsync, TimeProvider.System);
            await WatchAsync(terminal, run, length, cancellationToken);
            LoadReport.Write(terminal.Out, run, parsed.GetValue(rate));
            return run.Errors.Count == 0 ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static async Task WatchAsync(
        Terminal terminal, LoadRun run, TimeSpan length, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        var running = run.RunAsync(cancellationToken);
        using var seconds = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await Task.WhenAny(running, seconds.WaitForNextTickAsync(cancellationToken).AsTask()) != running)
            terminal.Out.WriteLine(
                LoadReport.Progress(run, TimeProvider.System.GetElapsedTime(start), length));
        await running;
    }

    private static Option<double> Number(string name, string description, double otherwise, double most) => new(name)
    {
        Description = $"{description} Above 0, at most {most:0}.",
        HelpName = "number",
        DefaultValueFactory = _ => otherwise,
        CustomParser = given =>
        {
            if (double.TryParse(given.Tokens.Single().Value, CultureInfo.InvariantCulture, out var number)
                && number > 0 && number <= most) return number;
            given.AddError($"{name} must be a number above 0 and at most {most:0}.");
            return otherwise;
        },
    };
}
