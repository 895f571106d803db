using AgentStatus.Cli.Export;
using AgentStatus.Cli.Rendering;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Commands;

/// <summary>`breakdown`: how long each agent was in each status.</summary>
internal static class BreakdownCommand
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithIndentation());

    /// <summary>How it is shown.</summary>
    private enum Format
    {
        Unspecified,
        Table,
        Csv,
        Json,
    }

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
        var format = Arguments.Word<Format>("--format", "Left out: table.");
        var command = new Command("breakdown", "Tells how long each agent was in each status.")
        {
            company, agents, from, to, by, weekStart, clip, basis, zone, segments, asKnownAt, format,
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
            var breakdown = await ReadAsync(client, request, cancellationToken);
            Write(terminal, breakdown, parsed.GetValue(format), request.IncludeSegments);
            return 0;
        });
        return command;
    }

    private static void Write(Terminal terminal, GetBreakdownResponse breakdown, Format format, bool hasSegments)
    {
        var writer = terminal.Out.Profile.Out.Writer;
        switch (format)
        {
            case Format.Csv:
                BreakdownCsv.Write(writer, breakdown, hasSegments);
                foreach (var agent in breakdown.Agents.Where(agent => agent.HoursFault.Length > 0))
                    terminal.Error.WriteLine($"agent {agent.AgentId}: {agent.HoursFault}");
                break;
            case Format.Json:
                Json.Format(breakdown, writer);
                writer.WriteLine();
                break;
            default:
                BreakdownReport.Write(terminal.Out, breakdown);
                break;
        }
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
