using AgentStatus.Core;
using AgentStatus.Core.Breakdowns;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Breakdowns;

/// <summary>Works out the agents of a page, in portions on all processors.</summary>
/// <param name="lookup">Timelines.</param>
/// <param name="query">What is asked.</param>
/// <param name="edges">Of the buckets.</param>
/// <param name="open">Business hours.</param>
internal sealed class PageShares(StatusLookup lookup, BreakdownQuery query, long[] edges, OpenHours open)
{
    /// <summary>
    /// Agents that one processor works out at a time: half a millisecond or less, so that other calls come in between.
    /// </summary>
    private const int ShareAgents = 32;

    /// <summary>Shares under way at a time: two for each processor, and none waits long for the others.</summary>
    private static readonly int Shares = 2 * Environment.ProcessorCount;

    private readonly PackedAgent _packed = new(edges);

    /// <summary>
    /// The shares of some of these agents, in order: the first ones, up to a number that depends on the machine. A
    /// share ends early, and the page with it, once it alone would fill a page.
    /// </summary>
    public Task<PageShare[]> MakeAsync(ReadOnlyMemory<long> agentIds, CancellationToken cancellation)
    {
        var count = Math.Min(agentIds.Length, Shares * ShareAgents);
        var shares = new Task<PageShare>[(count + ShareAgents - 1) / ShareAgents];
        for (var i = 0; i < shares.Length; i++)
        {
            var start = i * ShareAgents;
            var ids = agentIds[start..Math.Min(start + ShareAgents, count)];
            shares[i] = shares.Length == 1
                ? ShareAsync(ids, cancellation)
                : Task.Run(() => ShareAsync(ids, cancellation), cancellation);
        }

        return Task.WhenAll(shares);
    }

    private async Task<PageShare> ShareAsync(ReadOnlyMemory<long> agentIds, CancellationToken cancellation)
    {
        var share = new PageShare();
        for (var i = 0; i < agentIds.Length && share.Writer.Length <= Limits.BreakdownPageBytes; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var agentId = agentIds.Span[i];

            // One millisecond more tells whether the first segment began before the window.
            var timeline = await lookup.CoverAsync(
                new AgentKey(query.Request.CompanyId, agentId), query.FromMs - 1, cancellation);
            var hours = open.Of(agentId);
            var totals = BreakdownTotals.Of(timeline, edges, query.Clip, hours);
            var segments = query.Request.IncludeSegments
                ? Segment.Of(timeline, query.FromMs, query.ToMs, query.NowMs, hours)
                : null;
            share.Complete(agentId, _packed.Write(share.Writer, agentId, totals, segments));
        }

        return share;
    }
}
