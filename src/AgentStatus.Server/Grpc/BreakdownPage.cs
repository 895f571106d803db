// Hot path. Server CPU of 1,000 agents with 30 buckets: 17 ms, with generated messages 50 ms (Core included).
using System.Buffers;
using System.Runtime.InteropServices;
using AgentStatus.Core.Breakdowns;
using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Grpc;

/// <summary>A GetBreakdownResponse whose agents are bytes already. Sent once.</summary>
internal sealed class BreakdownPage
{
    /// <summary>Tag and length in front of an agent on the page.</summary>
    private const int PerAgentBytes = 8;

    private readonly List<(Share Share, int Bytes)> _taken = [];
    private int _bytes;
    private bool _isFull;

    private BreakdownPage()
    {
    }

    /// <summary>All fields but the agents.</summary>
    public GetBreakdownResponse Rest { get; } = new();

    /// <summary>Agents on the page.</summary>
    public int Count { get; private set; }

    /// <summary>How many more agents are likely to fit: at least one.</summary>
    private int Room => Count == 0
        ? Limits.BreakdownAgents
        : 1 + (int)((long)(ServerLimits.BreakdownPageBytes - _bytes) * Count / _bytes);

    /// <summary>Takes the first agents, as many as fit, at most so many.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: an agent is too large for any page.</exception>
    public static async Task<BreakdownPage> FillAsync(Breakdown breakdown, int pageSize, CancellationToken cancellation)
    {
        var page = new BreakdownPage();
        var agents = new AgentWriter(breakdown.Edges);
        var most = Math.Min(pageSize, breakdown.AgentIds.Length);
        while (page.Count < most && !page._isFull)
        {
            var next = breakdown.AgentIds.AsMemory(page.Count, Math.Min(most - page.Count, page.Room));
            var shares = await breakdown.WorkOutAsync(
                next, () => new Share(), (share, figures) => share.Add(agents, figures), cancellation);
            foreach (var share in shares)
            {
                // The page is full: what comes after it is not its own.
                if (page._isFull) share.Writer.Dispose();
                else page.Take(share);
            }
        }

        return page;
    }

    /// <summary>Sends the page and gives its memory back.</summary>
    public void SendTo(SerializationContext context)
    {
        var rest = Rest.CalculateSize();
        context.SetPayloadLength(_taken.Sum(taken => taken.Bytes) + rest);
        var output = context.GetBufferWriter();
        foreach (var (share, bytes) in _taken)
        {
            output.Write(share.Writer.Written[..bytes]);
            share.Writer.Dispose();
        }

        Rest.WriteTo(output.GetSpan(rest)[..rest]);
        output.Advance(rest);
        context.Complete();
    }

    /// <summary>Takes the agents that fit, and the share with them.</summary>
    private void Take(Share share)
    {
        var shareBytes = 0;
        foreach (var agent in share.Agents)
        {
            var bytes = agent.MessageBytes + PerAgentBytes;
            if (bytes > ServerLimits.BreakdownPageBytes) throw TooLarge(agent.AgentId);
            _isFull = _bytes + bytes > ServerLimits.BreakdownPageBytes;
            if (_isFull) break;
            _bytes += bytes;
            shareBytes = agent.EndsAt;
            Count++;
        }

        _taken.Add((share, shareBytes));
    }

    private static RpcException TooLarge(long agentId) => Refusals.Invalid(
        "end_time",
        $"the answer for agent {agentId} alone exceeds BreakdownPageBytes ({ServerLimits.BreakdownPageBytes}); narrow the "
        + "window, take coarser buckets or leave out the segments");

    /// <summary>Some of a page's agents, one after the other, as bytes.</summary>
    private sealed class Share
    {
        private const int FirstBytes = 64 * 1024;

        public WireWriter Writer { get; } = new(FirstBytes);

        /// <summary>The agents in order, the bytes of each message, and where it ends among the share's
        /// bytes.</summary>
        public List<(long AgentId, int MessageBytes, int EndsAt)> Agents { get; } = [];

        /// <summary>Adds an agent; false if the share alone would fill a page then.</summary>
        public bool Add(AgentWriter agents, AgentFigures figures)
        {
            var messageBytes = agents.Write(Writer, figures);
            Agents.Add((figures.AgentId, messageBytes, Writer.Length));
            return Writer.Length <= ServerLimits.BreakdownPageBytes;
        }
    }
}

/// <summary>An agent of a breakdown, straight from totals to bytes: a page has half a million small messages, and
/// making objects of them was most of its cost. Statuses and origins have the contract's numbers. For the agents of one
/// page; any thread.</summary>
internal sealed class AgentWriter
{
    /// <summary>Each bucket's start and end: its first fields, and the same for all agents.</summary>
    private readonly byte[][] _times;

    /// <param name="edges">Of the buckets.</param>
    public AgentWriter(long[] edges) => _times = [.. edges.SkipLast(1).Select((startMs, bucket) => new BreakdownBucket
    {
        StartTime = WireTime.Timestamp(startMs),
        EndTime = WireTime.Timestamp(edges[bucket + 1]),
    }.ToByteArray())];

    /// <summary>Writes an agent as an entry of the page; gives the bytes of its message.</summary>
    public int Write(WireWriter writer, AgentFigures figures)
    {
        var (agentId, totals, segments) = figures;
        var agent = writer.Begin(GetBreakdownResponse.AgentsFieldNumber);
        writer.Number(AgentBreakdown.AgentIdFieldNumber, agentId);
        for (var bucket = 0; bucket < totals.Count; bucket++) Write(writer, totals, bucket);
        foreach (ref readonly var segment in CollectionsMarshal.AsSpan(segments))
        {
            var entry = writer.Begin(AgentBreakdown.SegmentsFieldNumber);
            writer.Fields(Message(segment));
            writer.End(entry);
        }

        return writer.End(agent);
    }

    private void Write(WireWriter writer, BreakdownTotals totals, int bucket)
    {
        var entry = writer.Begin(AgentBreakdown.BucketsFieldNumber);
        writer.Raw(_times[bucket]);
        for (var status = Status.Online; status <= Status.Offline; status++)
        {
            if (totals.StatusMs(bucket, status) is not (> 0 and var elapsedMs)) continue;
            var duration = writer.Begin(BreakdownBucket.DurationsFieldNumber);
            writer.Number(StatusDuration.StatusFieldNumber, (long)status);
            writer.Time(StatusDuration.DurationFieldNumber, elapsedMs);
            writer.End(duration);
        }

        writer.Time(BreakdownBucket.OutsideHoursFieldNumber, totals.OutsideHoursMs(bucket));
        writer.Time(BreakdownBucket.UnknownFieldNumber, totals.UnknownMs(bucket));
        writer.Time(BreakdownBucket.HandleTimeFieldNumber, totals.HandleTimeMs(bucket));
        writer.End(entry);
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
