using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`retract`: says that one status event was wrong.</summary>
internal static class RetractCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var eventId = Arguments.Text("--event-id", "The event; `events` shows its id.", required: true);
        var reason = Arguments.Text("--reason", "Why, for people to read.", required: true);
        var actor = Arguments.Text("--actor", "Who says so.");
        var command = new Command("retract", "Says that a status event was wrong and does not count. It is final.")
        {
            company, eventId, reason, actor,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var retracted = await client.RetractStatusAsync(
                new RetractStatusRequest
                {
                    CompanyId = parsed.GetValue(company),
                    EventId = parsed.GetValue(eventId),
                    Reason = parsed.GetValue(reason),
                    Actor = parsed.GetValue(actor) ?? "",
                },
                cancellationToken);
            terminal.Out.WriteLine($"{retracted.Outcome}, {DurabilityText.Of(retracted.Durability)}");
            if (retracted.Outcome is not (RetractOutcome.Retracted or RetractOutcome.Duplicate)) return 0;
            var since = retracted.EffectiveSince is { } instant ? $" since {InstantText.Utc(instant)}" : "";
            terminal.Out.MarkupLine(
                $"The agent's status at that time: {StatusLook.Markup(retracted.EffectiveStatus)}{since}");
            return 0;
        });
        return command;
    }
}
