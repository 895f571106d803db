using AgentStatus.Core.Breakdowns;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Totals and segments as messages. Statuses and origins have the contract's numbers.</summary>
internal static class BreakdownMessages
{
    public static AgentBreakdown Agent(long agentId, BreakdownTotals totals, IEnumerable<Segment> segments)
    {
        var message = new AgentBreakdown { AgentId = agentId };
        message.Buckets.Capacity = totals.Count;
        for (var bucket = 0; bucket < totals.Count; bucket++) message.Buckets.Add(Bucket(totals, bucket));
        message.Segments.AddRange(segments.Select(segment => Message(segment)));
        return message;
    }

    private static BreakdownBucket Bucket(BreakdownTotals totals, int bucket)
    {
        var (startMs, endMs) = totals.Bucket(bucket);
        var message = new BreakdownBucket
        {
            StartTime = WireTime.Timestamp(startMs),
            EndTime = WireTime.Timestamp(endMs),
            OutsideHours = WireTime.Duration(totals.OutsideHoursMs(bucket)),
            Unknown = WireTime.Duration(totals.UnknownMs(bucket)),
            HandleTime = WireTime.Duration(totals.HandleTimeMs(bucket)),
        };
        for (var status = Status.Online; status <= Status.Offline; status++)
        {
            if (totals.StatusMs(bucket, status) is > 0 and var elapsedMs)
                message.Durations.Add(new StatusDuration
                {
                    Status = (V1.AgentStatus)status,
                    Duration = WireTime.Duration(elapsedMs),
                });
        }

        return message;
    }

    private static StatusSegment Message(in Segment segment) => new()
    {
        Status = (V1.AgentStatus)segment.Effective.Status,
        StartTime = WireTime.Timestamp(segment.StartMs),
        EndTime = WireTime.Timestamp(segment.EndMs),
        Origin = (StatusOrigin)segment.Effective.Origin,
        CarriedIn = segment.CarriedIn,
        Open = segment.Open,
        InBusinessHours = segment.InBusinessHours,
    };
}
