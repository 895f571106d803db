using AgentStatus.Cli.Transfer;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Export;

/// <summary>Writes events in a form that `import` reads.</summary>
internal abstract class EventWriter(TextWriter writer)
{
    protected TextWriter Writer => writer;

    public virtual void Begin()
    {
    }

    public abstract void Write(StatusEvent e);
}

/// <summary>One JSON object a line: the contract's StatusEvent.</summary>
internal sealed class NdjsonWriter(TextWriter writer) : EventWriter(writer)
{
    public override void Write(StatusEvent e)
    {
        JsonFormatter.Default.Format(e, Writer);
        Writer.Write('\n');
    }
}

/// <summary>One row an event, under the names of the contract's fields.</summary>
internal sealed class CsvWriter(TextWriter writer) : EventWriter(writer)
{
    public override void Begin() => CsvText.WriteLine(
        Writer, "occurred_at", "agent_id", "status", "origin", "label", "call_id", "device_id", "actor", "event_id",
        "sequence", "recorded_at", "outcome", "retracted_at", "retraction_reason", "retraction_actor");

    public override void Write(StatusEvent e) => CsvText.WriteLine(
        Writer,
        Text(e.OccurredAt),
        Text(e.AgentId),
        EnumWord.Screaming(e.Status),
        EnumWord.Screaming(e.Origin),
        e.Label,
        Text(e.CallId),
        e.DeviceId,
        e.Actor,
        e.EventId,
        Text(e.Sequence),
        Text(e.RecordedAt),
        EnumWord.Screaming(e.Outcome),
        Text(e.RetractedAt),
        e.RetractionReason,
        e.RetractionActor);

    private static string Text(long number) => number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);

    private static string Text(Timestamp? instant) => instant is null ? "" : InstantText.Utc(instant);
}
