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
        var eventId = Arguments.Text("--event-id", "Makes the command safe to repeat; left out: a new one.");
        var sequence = new Option<long>("--sequence")
        {
            Description = "Orders events of one instant; left out: by when they are recorded.",
            HelpName = "number",
        };
        var call = Arguments.Id("--call", "The call, of CALL events; left out: the unnamed one.");
        var device = Arguments.Text("--device", "The device, of APP and AGENT events; left out: all.");
        var label = Arguments.Text("--label", "The company's name under the status, such as \"Lunch\".");
        var actor = Arguments.Text("--actor", "Which person or rule caused it.");
        var command = new Command("record", "Records a status event.")
        {
            company, agent, status, origin, at, eventId, sequence, call, device, label, actor,
        };
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
                    Sequence = parsed.GetValue(sequence),
                    CallId = parsed.GetValue(call),
                    DeviceId = parsed.GetValue(device) ?? "",
                    Label = parsed.GetValue(label) ?? "",
                    Actor = parsed.GetValue(actor) ?? "",
                },
                cancellationToken);
            var since = recorded.EffectiveSince is { } instant ? $" since {InstantText.Utc(instant)}" : "";
            var effective = StatusLook.Markup(recorded.EffectiveStatus);
            var durability = DurabilityText.Of(recorded.Durability);
            terminal.Out.MarkupLineInterpolated($"{recorded.Outcome}, {durability}: event {recorded.EventId}");
            terminal.Out.MarkupLine($"The agent's status at that time: {effective}{since}");
            return 0;
        });
        return command;
    }
}
