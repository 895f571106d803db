using AgentStatus.Cli.Seed;
using AgentStatus.Cli.Transfer;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Commands;

/// <summary>`seed`: makes up a company with its agents' days and calls, so that there is something to look
/// at.</summary>
internal static class SeedCommand
{
    private const int MostAgents = 1_000;
    private const int MostDays = 366;
    private const string Zone = "Europe/Prague";

    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var agents = Number("--agents", "How many agents.", 50, MostAgents);
        var days = Number("--days", "How many days.", 60, MostDays);
        var seed = new Option<int>("--seed") { Description = "Which company; left out: 1." };
        seed.DefaultValueFactory = _ => 1;
        var zone = Arguments.Text("--time-zone", $"Where it works; left out: as its business hours say, else {Zone}.");
        var end = Arguments.Instant("--end", "When it ends; left out: now.", terminal.Clock);
        var command = new Command("seed", "Makes up a company: shifts, breaks, calls, kept rings, late events.")
        {
            company, agents, days, seed, zone, end,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.OpenForTransfer(parsed);
            var hours = await HoursAsync(client, parsed.GetValue(company), cancellationToken);
            var plan = new SeedPlan(
                parsed.GetValue(company),
                parsed.GetValue(agents),
                parsed.GetValue(days),
                parsed.GetValue(seed),
                FindZone(parsed.GetValue(zone) ?? hours.TimeZone ?? Zone),
                (parsed.GetValue(end) ?? terminal.Clock.GetUtcNow().ToTimestamp()).ToDateTimeOffset());
            var run = new SeedRun(client, plan);
            await run.CheckCompanyAsync(cancellationToken);
            var progress = new TransferProgress(terminal.Out, "Seeding", "events", run.Total);
            await progress.ShowAsync(() => run.RunAsync(progress, cancellationToken));
            new SeedReport(terminal.Out, plan).Write(run, hours.AreSet);
            return 0;
        });
        return command;
    }

    /// <summary>Whether the company has business hours of its own, and their zone.</summary>
    private static async Task<(bool AreSet, string? TimeZone)> HoursAsync(
        AgentStatusClient client, long companyId, CancellationToken cancellationToken)
    {
        var hours = await client.GetCompanyHoursAsync(new() { CompanyId = companyId }, cancellationToken);
        if (hours.HoursJson is "" or "null") return (false, null);
        using var json = System.Text.Json.JsonDocument.Parse(hours.HoursJson);
        return (true, json.RootElement.TryGetProperty("time_zone", out var zone) ? zone.GetString() : "UTC");
    }

    private static TimeZoneInfo FindZone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        ? zone
        : throw new CommandFailedException($"This machine does not know the time zone \"{name}\".");

    private static Option<int> Number(string name, string description, int otherwise, int most) => new(name)
    {
        Description = $"{description} 1 to {most}; left out: {otherwise}.",
        HelpName = "number",
        DefaultValueFactory = _ => otherwise,
        CustomParser = given =>
        {
            if (int.TryParse(given.Tokens.Single().Value, CultureInfo.InvariantCulture, out var number)
                && number >= 1 && number <= most) return number;
            given.AddError($"{name} must be a whole number from 1 to {most}.");
            return otherwise;
        },
    };
}
