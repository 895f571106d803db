using AgentStatus.Core;
using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Hours;
using AgentStatus.Server.Calls;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Memory;
using AgentStatus.V1;
using Grpc.Core;
using NodaTime;

namespace AgentStatus.Server.Breakdowns;

/// <summary>Answers breakdowns, page by page.</summary>
internal sealed class BreakdownQueries(
    Board board, KnownThrough knownThrough, StatusLookup lookup, CompanySettingsCache settings)
{
    private static readonly HoursHistory AlwaysOpen = new([new HoursVersion(1, 0, BusinessHours.AlwaysOpen)]);

    /// <exception cref="RpcException">UNAVAILABLE without business hours; INVALID_ARGUMENT if an answer is too large.</exception>
    public async Task<GetBreakdownResponse> AnswerAsync(BreakdownQuery query, CancellationToken cancellation)
    {
        var hours = await HoursAsync(query, cancellation);
        var zone = query.Zone ?? ZoneOf(hours, query);
        var edges = BucketEdges.Find(zone, query.Granularity, query.FromMs, query.ToMs)
            ?? throw Refusals.Invalid("granularity", $"gives too many buckets; BreakdownBuckets is {Limits.BreakdownBuckets}");
        var response = new GetBreakdownResponse
        {
            TimeZone = zone.Id,
            CompleteThrough = WireTime.Timestamp(knownThrough.At(query.NowMs)),
        };

        var agents = Agents(query);
        var open = new OpenHours(hours, query);
        var bytes = 0;
        foreach (var (agentId, positionAfter, isLast) in agents)
        {
            var agent = await AgentAsync(query, agentId, edges, open, cancellation);
            var agentBytes = agent.CalculateSize() + PerAgentBytes;
            if (agentBytes > Limits.BreakdownPageBytes) throw TooLarge(agentId);
            if (bytes + agentBytes > Limits.BreakdownPageBytes) return response;
            bytes += agentBytes;
            response.Agents.Add(agent);
            response.NextPageToken = isLast ? "" : new PageToken(query.AsOfMs, positionAfter).Write(query.Request);
            if (response.Agents.Count == query.PageSize) return response;
        }

        return response;
    }

    /// <summary>Tag and length in front of an agent on the page.</summary>
    private const int PerAgentBytes = 8;

    private async ValueTask<HoursHistory> HoursAsync(BreakdownQuery query, CancellationToken cancellation)
    {
        var hours = await settings.FindAsync(query.Request.CompanyId, cancellation);
        if (hours is null && query.Clip != Core.Breakdowns.HoursClip.None)
            throw Refusals.Unavailable(
                $"the business hours of company {query.Request.CompanyId} could never be fetched; hours_clip NONE needs none");
        return hours ?? AlwaysOpen;
    }

    /// <summary>As recorded, last month's report keeps its buckets when the company moves: the zone at the window's end.</summary>
    private static DateTimeZone ZoneOf(HoursHistory hours, BreakdownQuery query) =>
        (query.Basis == Core.Hours.HoursBasis.AsNow ? hours.Latest : hours.InForceAt(query.ToMs - 1)).Hours.Zone;

    private async ValueTask<AgentBreakdown> AgentAsync(
        BreakdownQuery query, long agentId, long[] edges, OpenHours open, CancellationToken cancellation)
    {
        var agent = new AgentKey(query.Request.CompanyId, agentId);

        // One millisecond more tells whether the first segment began before the window.
        var timeline = await lookup.CoverAsync(agent, query.FromMs - 1, cancellation);
        var hours = open.Of(agentId);
        return BreakdownMessages.Agent(
            agentId,
            BreakdownTotals.Of(timeline, edges, query.Clip, hours),
            query.Request.IncludeSegments ? Segment.Of(timeline, query.FromMs, query.ToMs, query.NowMs, hours) : null);
    }

    /// <summary>The agents from the page's position on, each with the position after it.</summary>
    private IEnumerable<(long AgentId, long PositionAfter, bool IsLast)> Agents(BreakdownQuery query)
    {
        var named = query.Request.AgentIds;
        if (named.Count > 0)
        {
            for (var i = (int)Math.Min(query.Position, named.Count); i < named.Count; i++) yield return (named[i], i + 1, i + 1 == named.Count);
            yield break;
        }

        var all = board.AgentsOf(query.Request.CompanyId);
        var place = Array.BinarySearch(all, query.Position + 1);
        for (var i = place < 0 ? ~place : place; i < all.Length; i++) yield return (all[i], all[i], i + 1 == all.Length);
    }

    private static RpcException TooLarge(long agentId) => Refusals.Invalid(
        "end_time",
        $"the answer for agent {agentId} alone exceeds BreakdownPageBytes ({Limits.BreakdownPageBytes}); narrow the window, "
        + "take coarser buckets or leave out the segments");
}
