namespace AgentStatus.Cli.Rendering;

/// <summary>An agent's status events in the order in which they count, and what became of each.</summary>
internal static class EventsTable
{
    public static void Write(IAnsiConsole console, IReadOnlyCollection<StatusEvent> events)
    {
        if (events.Count == 0)
        {
            console.WriteLine("No such events.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns(
            "Occurred at", "Status", "Origin", "Details", "Event", "Recorded at", "Outcome", "Retracted");
        foreach (var e in events)
        {
            table.AddRow([
                InstantText.Utc(e.OccurredAt),
                StatusLook.Markup(e.Status, e.Label),
                CallStepsTable.Origin(e.Origin),
                Details(e).EscapeMarkup(),
                e.EventId.EscapeMarkup(),
                InstantText.Utc(e.RecordedAt),
                EnumWord.Screaming(e.Outcome),
                Retraction(e).EscapeMarkup()]);
        }

        console.Write(table);
    }

    private static string Details(StatusEvent e)
    {
        string?[] details =
        [
            e.Sequence == 0 ? null : $"sequence {e.Sequence}",
            e.CallId == 0 ? null : $"call {e.CallId}",
            e.DeviceId.Length == 0 ? null : $"device {e.DeviceId}",
            e.Actor.Length == 0 ? null : $"by {e.Actor}",
        ];
        return string.Join(", ", details.OfType<string>());
    }

    private static string Retraction(StatusEvent e)
    {
        if (e.RetractedAt is not { } retractedAt) return "";
        var actor = e.RetractionActor.Length == 0 ? "" : $" by {e.RetractionActor}";
        return $"{InstantText.Utc(retractedAt)}{actor}: {e.RetractionReason}";
    }
}
