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
internal sealed class BreakdownPage
{
    /// <summary>Tag and length in front of an agent on the page.</summary>
    private const int PerAgentBytes = 8;

    /// <summary>Agents that are worked out first, and tell how much the others are likely to be.</summary>
    private const int FirstAgents = 8;

    /// <summary>Agents that one thread works out at a time: half a millisecond or so, and then it is another
    /// breakdown's turn.</summary>
    private const int ShareAgents = 32;

    /// <summary>Agents of a month that take some 70 us together.</summary>
    private const int AgentsBetweenYields = 4;

    /// <summary>Intervals of the company's hours that are kept for all agents of the page: ten years' worth. Of a
    /// longer window each agent finds them anew.</summary>
    private const int KeptIntervals = 10_000;

    /// <summary>Agents under way at a time: two shares for each thread, and none waits long for the others.</summary>
    private static readonly int AgentsAtOnce = 2 * LowPriorityThreads.Threads * ShareAgents;

    private readonly BreakdownQuery _query;
    private readonly HoursHistory _hours;
    private readonly ReadOnlyMemory<long> _agentIds;
    private readonly long[] _edges;
    private readonly AgentWriter _writer;
    private readonly Interval[]? _companyOpen;
    private readonly List<(Share Share, int Bytes)> _taken = [];
    private int _bytes;
    private long _steps;
    private bool _isFull;

    private BreakdownPage(
        BreakdownQuery query,
        HoursHistory hours,
        ReadOnlyMemory<long> agentIds,
        long[] edges,
        CompanyLabels labels)
    {
        (_query, _hours, _agentIds, _edges) = (query, hours, agentIds, edges);
        _writer = new AgentWriter(edges, number => labels.TextOf(query.CompanyId, number));
        Interval[] open = [.. Open(agentId: 0).Take(KeptIntervals + 1)];
        if (open.Length <= KeptIntervals) _companyOpen = open;
    }

    /// <summary>All fields but the agents.</summary>
    public GetBreakdownResponse Rest { get; } = new();

    /// <summary>Agents on the page.</summary>
    public int Count { get; private set; }

    /// <summary>The page's last agent if others follow; else null.</summary>
    public long? LastAgentId => Count < _agentIds.Length ? _agentIds.Span[Count - 1] : null;

    /// <summary>How many more agents are likely to fit: at least one.</summary>
    private int Room => Count == 0 ? FirstAgents : 1 + (int)Math.Min(AgentsAtOnce - 1, Math.Min(
        (ServerLimits.BreakdownPageBytes - _bytes) * (long)Count / _bytes,
        (ServerLimits.BreakdownPageSteps - _steps) * Count / _steps));

    /// <summary>An empty page; null if there are too many buckets.</summary>
    /// <param name="query">The question.</param>
    /// <param name="hours">The company's.</param>
    /// <param name="agentIds">The agents from the page's position on, to the last one of all pages.</param>
    /// <param name="labels">Of all companies.</param>
    public static BreakdownPage? Begin(
        BreakdownQuery query, HoursHistory hours, ReadOnlyMemory<long> agentIds, CompanyLabels labels)
    {
        // As recorded, last month's report keeps its buckets when the company moves: the zone at the window's end.
        var version = query.Basis == Core.Hours.HoursBasis.AsNow ? hours.Latest : hours.InForceAt(query.ToMs - 1);
        var zone = query.Zone ?? version.Hours.Zone;
        return BucketEdges.Find(zone, query.Granularity, query.FromMs, query.ToMs, query.WeekStart) is { } edges
            ? new BreakdownPage(query, hours, agentIds, edges, labels) { Rest = { TimeZone = zone.Id } }
            : null;
    }

    /// <summary>Takes the first agents, as many as fit.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: an agent is too large for any page.</exception>
    public async Task FillAsync(
        TimelineIndex timelines, TimelineLoader loader, LowPriorityThreads threads, CancellationToken cancellation)
    {
        var most = Math.Min(_query.PageSize, _agentIds.Length);
        while (Count < most && !_isFull)
        {
            var next = _agentIds.Slice(Count, Math.Min(most - Count, Room));
            var shares =
                from share in Enumerable.Range(0, (next.Length + ShareAgents - 1) / ShareAgents)
                let start = share * ShareAgents
                let ids = next[start..Math.Min(start + ShareAgents, next.Length)]
                select threads.Run(() => WorkOut(ids, timelines, loader, cancellation), cancellation);
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

    /// <summary>Works out some agents, as many as may fit on a page.</summary>
    private Share WorkOut(
        ReadOnlyMemory<long> ids, TimelineIndex timelines, TimelineLoader loader, CancellationToken cancellation)
    {
        var share = new Share();
        for (var i = 0; i < ids.Length && !share.IsFull; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (i % AgentsBetweenYields == 0) LowPriorityThreads.GiveWay();
            var agent = new AgentKey(_query.CompanyId, ids.Span[i]);
            var known = _query.KnownAtMs is null ? timelines.Find(agent) : default;

            // One millisecond more tells whether the first segment began before the window.
            var timeline = _query.KnownAtMs is { } knownAtMs
                ? loader.AsKnownAt(agent, knownAtMs, cancellation)
                : loader.ExtendBack(agent, known, _query.FromMs - 1);
            share.Steps += 1 + timeline.Count + (ServerLimits.StoredEventSteps * (timeline.Count - known.Count));
            if (_query.KnownAtMs is not null || !known.Covers(_query.FromMs - 1))
                share.Steps += ServerLimits.StoreReadSteps;
            if (_query.Named.Count == 0 && !IsListed(timeline))
            {
                share.Add(agent.AgentId, messageBytes: 0);
                continue;
            }

            var fault = _hours.FaultOf(agent.AgentId, _query.FromMs, _query.ToMs, _query.Basis);
            if (fault is not null && _query.Clip != Core.Breakdowns.HoursClip.None)
            {
                share.Add(agent.AgentId, _writer.Write(share.Writer, agent.AgentId, null, [], fault));
                continue;
            }

            var open = _companyOpen is null || _hours.HasOwn(agent.AgentId)
                ? share.Count(Open(agent.AgentId), agent.AgentId, cancellation)
                : _companyOpen;
            var totals = BreakdownTotals.Of(timeline, _edges, _query.Clip, open);
            var segments = _query.WithSegments
                ? Segment.Of(timeline, _query.FromMs, _query.ToMs, _query.NowMs, open)
                : [];
            share.Add(agent.AgentId, _writer.Write(share.Writer, agent.AgentId, totals, segments, fault));
            share.Steps += totals.Count;
        }

        return share;
    }

    /// <summary>Who left before the window, or has no event that counts, is in no list.</summary>
    private bool IsListed(in Timeline timeline) =>
        timeline.Count > 0 && !timeline.IsGone(_query.FromMs, _query.ToMs);

    private IEnumerable<Interval> Open(long agentId) =>
        _hours.Open(agentId, _query.FromMs, _query.ToMs, _query.Basis);

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
        _steps += share.Steps;
        _isFull |= share.IsFull || _steps > ServerLimits.BreakdownPageSteps;
    }

    private static RpcException TooLarge(long agentId) => Refusals.Invalid(
        "end_time",
        $"the answer for agent {agentId} alone exceeds BreakdownPageBytes ({ServerLimits.BreakdownPageBytes}); "
        + "narrow the window, take coarser buckets or leave out the segments");

    private static RpcException TooLong(long agentId) => Refusals.Invalid(
        "start_time",
        $"the business hours of agent {agentId} alone have more intervals in the window than BreakdownPageSteps "
        + $"({ServerLimits.BreakdownPageSteps}); narrow the window or leave hours_clip at NONE");

    /// <summary>Some of a page's agents, one after the other, as bytes.</summary>
    private sealed class Share
    {
        public WireWriter Writer { get; } = new(64 * 1024);

        /// <summary>The bytes of each message, and where it ends among the share's.</summary>
        public List<(long AgentId, int MessageBytes, int EndsAt)> Agents { get; } = [];

        /// <summary>See <see cref="ServerLimits.BreakdownPageSteps"/>.</summary>
        public long Steps { get; set; }

        /// <summary>Whether no page would take more, so that agents may be missing.</summary>
        public bool IsFull =>
            Writer.Length > ServerLimits.BreakdownPageBytes || Steps > ServerLimits.BreakdownPageSteps;

        public void Add(long agentId, int messageBytes) => Agents.Add((agentId, messageBytes, Writer.Length));

        /// <summary>The same hours: each is a step, and at each an agent's work ends if nobody waits for it any
        /// more.</summary>
        /// <exception cref="RpcException">INVALID_ARGUMENT: they are too many for any page.</exception>
        public IEnumerable<Interval> Count(IEnumerable<Interval> open, long agentId, CancellationToken cancellation)
        {
            var before = Steps;
            foreach (var interval in open)
            {
                cancellation.ThrowIfCancellationRequested();
                if (++Steps - before > ServerLimits.BreakdownPageSteps) throw TooLong(agentId);
                yield return interval;
            }
        }
    }
}
