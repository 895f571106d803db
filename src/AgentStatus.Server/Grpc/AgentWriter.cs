// Hot path, with Grpc/BreakdownPage.cs.
using AgentStatus.Core.Breakdowns;
using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Google.Protobuf;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Grpc;

/// <summary>An agent of a breakdown, straight from totals to bytes: a page has half a million small messages, and
/// making objects of them was most of its cost. Statuses and origins have the contract's numbers. For the agents of one
/// page; any thread.</summary>
/// <param name="edges">Of the buckets.</param>
/// <param name="labelOf">The text of a label's number.</param>
internal sealed class AgentWriter(long[] edges, Func<ushort, string> labelOf)
{
    /// <summary>Each bucket's start and end: its first fields, and the same for all agents.</summary>
    private readonly byte[][] _times =
    [
        .. edges.Zip(edges.Skip(1), (startMs, endMs) => new BreakdownBucket
        {
            StartTime = WireTime.Timestamp(startMs),
            EndTime = WireTime.Timestamp(endMs),
        }.ToByteArray()),
    ];

    /// <summary>Writes an agent as an entry of the page; gives the bytes of its message. One that is too large for any
    /// page ends early.</summary>
    /// <param name="totals">Null: there are no figures.</param>
    /// <param name="hoursFault">Null: there is none.</param>
    public int Write(
        WireWriter writer, long agentId, BreakdownTotals? totals, IEnumerable<Segment> segments, string? hoursFault)
    {
        var agent = writer.Begin(GetBreakdownResponse.AgentsFieldNumber);
        writer.Number(AgentBreakdown.AgentIdFieldNumber, agentId);
        for (var bucket = 0; bucket < (totals?.Count ?? 0); bucket++) Write(writer, totals!, bucket);
        foreach (var segment in segments)
        {
            var entry = writer.Begin(AgentBreakdown.SegmentsFieldNumber);
            writer.Fields(Message(segment));
            writer.End(entry);
            if (writer.Length - agent > ServerLimits.BreakdownPageBytes) break;
        }

        if (hoursFault is not null) writer.Fields(new AgentBreakdown { HoursFault = hoursFault });
        return writer.End(agent);
    }

    private void Write(WireWriter writer, BreakdownTotals totals, int bucket)
    {
        var entry = writer.Begin(AgentBreakdown.BucketsFieldNumber);
        writer.Raw(_times[bucket]);
        for (var status = Status.Online; status <= Status.Offline; status++)
        {
            if (totals.StatusMs(bucket, status) is not (> 0 and var elapsedMs)) continue;
            if (totals.HasLabels) WriteByLabel(writer, status, elapsedMs, totals.LabelsOf(bucket, status));
            else Write(writer, status, elapsedMs, "");
        }

        writer.Time(BreakdownBucket.OutsideHoursFieldNumber, totals.OutsideHoursMs(bucket));
        writer.Time(BreakdownBucket.UnknownFieldNumber, totals.UnknownMs(bucket));
        writer.Time(BreakdownBucket.HandleTimeFieldNumber, totals.HandleTimeMs(bucket));
        writer.End(entry);
    }

    /// <summary>First the time without a label.</summary>
    private void WriteByLabel(WireWriter writer, Status status, long elapsedMs, IReadOnlyList<LabelMs> labels)
    {
        var unlabelledMs = elapsedMs - labels.Sum(one => one.Ms);
        if (unlabelledMs > 0) Write(writer, status, unlabelledMs, "");
        foreach (var (label, ms) in labels.Select(one => (Text: labelOf(one.Label), one.Ms))
            .OrderBy(one => one.Text, StringComparer.Ordinal)) Write(writer, status, ms, label);
    }

    private static void Write(WireWriter writer, Status status, long elapsedMs, string label)
    {
        var duration = writer.Begin(BreakdownBucket.DurationsFieldNumber);
        writer.Number(StatusDuration.StatusFieldNumber, (long)status);
        writer.Time(StatusDuration.DurationFieldNumber, elapsedMs);
        if (label.Length > 0) writer.Text(StatusDuration.LabelFieldNumber, label);
        writer.End(duration);
    }

    private StatusSegment Message(in Segment segment) => new()
    {
        Label = labelOf(segment.Effective.Label),
        Status = (V1.AgentStatus)segment.Effective.Status,
        StartTime = WireTime.Timestamp(segment.StartMs),
        EndTime = WireTime.Timestamp(segment.EndMs),
        Origin = (StatusOrigin)segment.Effective.Origin,
        CarriedIn = segment.CarriedIn,
        Open = segment.Open,
        InBusinessHours = segment.InBusinessHours,
    };
}
