// Hot path. Server CPU of 1,000 agents with 30 buckets: 17 ms, with generated messages 50 ms (Core included).
using System.Buffers;
using AgentStatus.Core.Breakdowns;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>A GetBreakdownResponse whose agents are bytes already. Sent once.</summary>
/// <param name="query">The question.</param>
/// <param name="hours">The company's.</param>
/// <param name="edges">Where the buckets begin, and the last one's end.</param>
/// <param name="agentIds">The agents from the page's position on, to the last one of all pages.</param>
internal sealed class BreakdownPage(
    BreakdownQuery query, HoursHistory hours, long[] edges, ReadOnlyMemory<long> agentIds)
{
    /// <summary>Tag and length in front of an agent on the page.</summary>
    private const int PerAgentBytes = 8;

    /// <summary>Agents that one processor works out at a time: half a millisecond or less, so that other requests come
    /// in between.</summary>
    private const int ShareAgents = 32;

    /// <summary>Shares under way at a time: two for each processor, and none waits long for the others.</summary>
    private static readonly int Shares = 2 * Environment.ProcessorCount;

    private readonly List<(Share Share, int Bytes)> _taken = [];
    private readonly AgentWriter _writer = new(edges);
    private int _bytes;
    private bool _isFull;

    /// <summary>All fields but the agents.</summary>
    public GetBreakdownResponse Rest { get; } = new();

    /// <summary>Agents on the page.</summary>
    public int Count { get; private set; }

    /// <summary>How many more agents are likely to fit: at least one.</summary>
    private int Room => Count == 0
        ? Limits.BreakdownAgents
        : 1 + (int)((long)(ServerLimits.BreakdownPageBytes - _bytes) * Count / _bytes);

    /// <summary>Takes the first agents, as many as fit, in shares on all processors.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: an agent is too large for any page.</exception>
    public async Task FillAsync(StatusLookup statuses, CancellationToken cancellation)
    {
        var most = Math.Min(query.PageSize, agentIds.Length);
        while (Count < most && !_isFull)
        {
            var next = agentIds.Slice(Count, Math.Min(most - Count, Math.Min(Room, Shares * ShareAgents)));
            var shares =
                from share in Enumerable.Range(0, (next.Length + ShareAgents - 1) / ShareAgents)
                let start = share * ShareAgents
                let ids = next[start..Math.Min(start + ShareAgents, next.Length)]
                select Task.Run(() => WorkOutAsync(ids, statuses, cancellation), cancellation);
            foreach (var share in await Task.WhenAll(shares))
            {
                // The page is full: what comes after it is not its own.
                if (_isFull) share.Writer.Dispose();
                else Take(share);
            }
        }
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

    /// <summary>Works out some agents, as many as fit on a page.</summary>
    private async Task<Share> WorkOutAsync(
        ReadOnlyMemory<long> ids, StatusLookup statuses, CancellationToken cancellation)
    {
        var share = new Share();
        for (var i = 0; i < ids.Length && share.Writer.Length <= ServerLimits.BreakdownPageBytes; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var agent = new AgentKey(query.CompanyId, ids.Span[i]);

            // One millisecond more tells whether the first segment began before the window.
            var timeline = await statuses.CoverAsync(agent, query.FromMs - 1, cancellation);
            var open = hours.Open(agent.AgentId, query.FromMs, query.ToMs, query.Basis);
            var totals = BreakdownTotals.Of(timeline, edges, query.Clip, open);
            var segments = query.WithSegments
                ? Segment.Of(timeline, query.FromMs, query.ToMs, query.NowMs, open)
                : [];
            var messageBytes = _writer.Write(share.Writer, agent.AgentId, totals, segments);
            share.Agents.Add((agent.AgentId, messageBytes, share.Writer.Length));
        }

        return share;
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
        $"the answer for agent {agentId} alone exceeds BreakdownPageBytes ({ServerLimits.BreakdownPageBytes}); "
        + "narrow the window, take coarser buckets or leave out the segments");

    /// <summary>Some of a page's agents, one after the other, as bytes: the bytes of each message, and where it ends
    /// among the share's.</summary>
    private sealed record Share
    {
        public WireWriter Writer { get; } = new(64 * 1024);

        public List<(long AgentId, int MessageBytes, int EndsAt)> Agents { get; } = [];
    }
}
