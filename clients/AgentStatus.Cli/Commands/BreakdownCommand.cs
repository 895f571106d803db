using AgentStatus.Cli.Rendering;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Commands;

/// <summary>`breakdown`: how long each agent was in each status.</summary>
internal static class BreakdownCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var agents = Arguments.Ids("--agents", "The agents; left out: all of the company's.");
        var from = Arguments.Instant("--from", "The window's start.", terminal.Clock, required: true);
        var to = Arguments.Instant("--to", "The window's end; left out: now.", terminal.Clock);
        var by = Arguments.Word<Granularity>("--by", "The buckets; left out: total.");
        var weekStart = Arguments.Word<Weekday>("--week-start", "The day on which a week begins; left out: monday.");
        var clip = Arguments.Word<HoursClip>("--clip", "What business hours clip; left out: offline-only.");
        var basis = Arguments.Word<HoursBasis>("--basis", "Which business hours; left out: as-recorded.");
        var zone = new Option<string>("--zone")
        {
            Description = "IANA zone, or Windows' name of one, that places the buckets; left out: the company's.",
            HelpName = "zone",
        };
        var segments = new Option<bool>("--segments") { Description = "Shows the timeline itself too." };
        var asKnownAt = Arguments.AsKnownAt(terminal.Clock);
        var command = new Command("breakdown", "Tells how long each agent was in each status.")
        {
            company, agents, from, to, by, weekStart, clip, basis, zone, segments, asKnownAt,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var request = new GetBreakdownRequest
            {
                CompanyId = parsed.GetValue(company),
                StartTime = parsed.GetValue(from),
                EndTime = parsed.GetValue(to) ?? terminal.Clock.GetUtcNow().ToTimestamp(),
                AgentIds = { parsed.GetValue(agents) ?? [] },
                Granularity = parsed.GetValue(by),
                WeekStart = parsed.GetValue(weekStart),
                HoursClip = parsed.GetValue(clip),
                HoursBasis = parsed.GetValue(basis),
                TimeZone = parsed.GetValue(zone) ?? "",
                IncludeSegments = parsed.GetValue(segments),
                AsKnownAt = parsed.GetValue(asKnownAt),
            };
            BreakdownReport.Write(terminal.Out, await ReadAsync(client, request, cancellationToken));
            return 0;
        });
        return command;
    }

    /// <summary>All pages as one.</summary>
    public static async Task<GetBreakdownResponse> ReadAsync(
        AgentStatusClient client, GetBreakdownRequest request, CancellationToken cancellationToken)
    {
        var all = new GetBreakdownResponse();
        await foreach (var page in client.GetBreakdownPagesAsync(request, cancellationToken))
            all.MergeFrom(page);
        return all;
    }
}
