using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`record`: one status event.</summary>
internal static class RecordCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var agent = Arguments.Id("--agent", "The agent's id.", required: true);
        var status = Arguments.Word<Status>("--status", "The status.", required: true);
        var origin = Arguments.Word<StatusOrigin>("--origin", "Who caused it.", required: true);
        var at = Arguments.Instant("--at", "When it happened; left out: now, by the server's clock.", terminal.Clock);
        var eventId = new Option<string>("--event-id")
        {
            Description = "Makes the command safe to repeat; left out: a new one.",
            HelpName = "text",
        };
        var command = new Command("record", "Records a status event.") { company, agent, status, origin, at, eventId };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var recorded = await client.RecordStatusAsync(
                new RecordStatusRequest
                {
                    CompanyId = parsed.GetValue(company),
                    AgentId = parsed.GetValue(agent),
                    Status = parsed.GetValue(status),
                    Origin = parsed.GetValue(origin),
                    OccurredAt = parsed.GetValue(at),
                    EventId = parsed.GetValue(eventId) ?? "",
                },
                cancellationToken);
            var since = recorded.EffectiveSince is { } instant ? $" since {InstantText.Utc(instant)}" : "";
            var effective = StatusLook.Markup(recorded.EffectiveStatus);
            terminal.Out.MarkupLineInterpolated($"{recorded.Outcome}, {recorded.Durability}: event {recorded.EventId}");
            terminal.Out.MarkupLine($"The agent's status at that time: {effective}{since}");
            return 0;
        });
        return command;
    }
}
