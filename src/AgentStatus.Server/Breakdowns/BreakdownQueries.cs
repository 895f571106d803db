using AgentStatus.Core;
using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Hours;
using AgentStatus.Server.Calls;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Memory;
using Grpc.Core;
using NodaTime;

namespace AgentStatus.Server.Breakdowns;

/// <summary>Answers breakdowns, page by page.</summary>
internal sealed class BreakdownQueries(
    Board board, KnownThrough knownThrough, StatusLookup lookup, CompanySettingsCache settings)
{
    private static readonly HoursHistory AlwaysOpen = new([new HoursVersion(1, 0, BusinessHours.AlwaysOpen)]);

    /// <exception cref="RpcException">
    /// UNAVAILABLE without business hours; INVALID_ARGUMENT if an answer is too large.
    /// </exception>
    public async Task<BreakdownPage> AnswerAsync(BreakdownQuery query, CancellationToken cancellation)
    {
        var hours = await HoursAsync(query, cancellation);
        var zone = query.Zone ?? ZoneOf(hours, query);
        var edges = BucketEdges.Find(zone, query.Granularity, query.FromMs, query.ToMs)
            ?? throw Refusals.Invalid("granularity", $"gives too many buckets; BreakdownBuckets is {Limits.BreakdownBuckets}");
        var page = new BreakdownPage();
        page.Rest.TimeZone = zone.Id;
        page.Rest.CompleteThrough = WireTime.Timestamp(knownThrough.At(query.NowMs));

        var agentIds = AgentsFrom(query);
        var shares = new PageShares(lookup, query, edges, new OpenHours(hours, query));
        var most = Math.Min(query.PageSize, agentIds.Length);
        while (page.Count < most && !page.IsFull)
        {
            var next = agentIds.AsMemory(page.Count, Math.Min(most - page.Count, page.Room));
            foreach (var share in await shares.MakeAsync(next, cancellation))
            {
                // The page is full: what comes after it is not its own.
                if (page.IsFull) share.Dispose();
                else page.Take(share);
            }
        }

        if (page.Count < agentIds.Length) page.Rest.NextPageToken = TokenAfter(page, query, agentIds);
        return page;
    }

    private async ValueTask<HoursHistory> HoursAsync(BreakdownQuery query, CancellationToken cancellation)
    {
        var hours = await settings.FindAsync(query.Request.CompanyId, cancellation);
        if (hours is null && query.Clip != Core.Breakdowns.HoursClip.None)
            throw Refusals.Unavailable(
                $"the business hours of company {query.Request.CompanyId} could never be fetched; hours_clip NONE needs none");
        return hours ?? AlwaysOpen;
    }

    /// <summary>
    /// As recorded, last month's report keeps its buckets when the company moves: the zone at the window's end.
    /// </summary>
    private static DateTimeZone ZoneOf(HoursHistory hours, BreakdownQuery query) =>
        (query.Basis == Core.Hours.HoursBasis.AsNow ? hours.Latest : hours.InForceAt(query.ToMs - 1)).Hours.Zone;

    /// <summary>The agents from the page's position on.</summary>
    private long[] AgentsFrom(BreakdownQuery query)
    {
        var named = query.Request.AgentIds;
        if (named.Count > 0) return [.. named.Skip((int)Math.Min(query.Position, named.Count))];

        var all = board.AgentsOf(query.Request.CompanyId);
        var place = Array.BinarySearch(all, query.Position + 1);
        return all[(place < 0 ? ~place : place)..];
    }

    /// <summary>The next page's token: how many of the named agents are done, or the last agent's id.</summary>
    private static string TokenAfter(BreakdownPage page, BreakdownQuery query, long[] agentIds)
    {
        var isNamed = query.Request.AgentIds.Count > 0;
        var position = isNamed ? query.Position + page.Count : agentIds[page.Count - 1];
        return new PageToken(query.AsOfMs, position).Write(query.Request);
    }
}
