using AgentStatus.Core.Breakdowns;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Memory;
using NodaTime;
using Interval = AgentStatus.Core.Interval;

namespace AgentStatus.Server.Breakdowns;

/// <summary>Answers breakdowns.</summary>
internal sealed class BreakdownQueries(StatusLookup statuses, CompanySettingsCache settings)
{
    private static readonly HoursHistory AlwaysOpen = new([new HoursVersion(1, 0, BusinessHours.AlwaysOpen)]);

    /// <summary>The company's business hours; null if they could never be fetched, and the query needs them.</summary>
    public async ValueTask<HoursHistory?> FindHoursAsync(BreakdownQuery query, CancellationToken cancellation) =>
        await settings.FindAsync(query.CompanyId, cancellation) ?? (query.Clip == HoursClip.None ? AlwaysOpen : null);

    /// <summary>The breakdown, before any agent is worked out; null if there are too many buckets.</summary>
    public Breakdown? Begin(BreakdownQuery query, HoursHistory hours)
    {
        // As recorded, last month's report keeps its buckets when the company moves: the zone at the window's end.
        var zone = query.Zone
            ?? (query.Basis == HoursBasis.AsNow ? hours.Latest : hours.InForceAt(query.ToMs - 1)).Hours.Zone;
        return BucketEdges.Find(zone, query.Granularity, query.FromMs, query.ToMs) is { } edges
            ? new Breakdown(statuses, query, hours, zone, edges)
            : null;
    }
}

/// <summary>One page's agents, and their figures.</summary>
internal sealed class Breakdown(
    StatusLookup statuses, BreakdownQuery query, HoursHistory hours, DateTimeZone zone, long[] edges)
{
    /// <summary>Agents that one processor works out at a time: half a millisecond or less, so that other requests come
    /// in between.</summary>
    private const int ShareAgents = 32;

    /// <summary>Shares under way at a time: two for each processor, and none waits long for the others.</summary>
    private static readonly int Shares = 2 * Environment.ProcessorCount;

    private Interval[]? _companyOpen;

    /// <summary>Places the buckets.</summary>
    public DateTimeZone Zone => zone;

    /// <summary>Where the buckets begin, and the last one's end.</summary>
    public long[] Edges => edges;

    /// <summary>Until when everything is taken into account.</summary>
    public long KnownThroughMs { get; } = statuses.KnownThroughMs(query.NowMs);

    /// <summary>The agents from the page's position on, to the last one of all pages.</summary>
    public long[] AgentIds { get; } = AgentsFrom(statuses, query);

    /// <summary>The position of the page that comes after one with so many agents.</summary>
    public long PositionAfter(int agents) => query.Named.Count > 0 ? query.Position + agents : AgentIds[agents - 1];

    /// <summary>Works out some of these agents: the first ones, up to a number that depends on the machine, in shares
    /// on all processors.</summary>
    /// <param name="agentIds">Some of <see cref="AgentIds"/>.</param>
    /// <param name="begin">Makes a share. Any thread.</param>
    /// <param name="add">Adds the next agent to its share; false ends the share early. One thread for a share.</param>
    /// <returns>The shares in order.</returns>
    public Task<T[]> WorkOutAsync<T>(
        ReadOnlyMemory<long> agentIds, Func<T> begin, Func<T, AgentFigures, bool> add, CancellationToken cancellation)
    {
        var count = Math.Min(agentIds.Length, Shares * ShareAgents);
        var shares = new Task<T>[(count + ShareAgents - 1) / ShareAgents];
        for (var i = 0; i < shares.Length; i++)
        {
            var start = i * ShareAgents;
            var ids = agentIds[start..Math.Min(start + ShareAgents, count)];
            shares[i] = shares.Length == 1
                ? ShareAsync(ids, begin(), add, cancellation)
                : Task.Run(() => ShareAsync(ids, begin(), add, cancellation), cancellation);
        }

        return Task.WhenAll(shares);
    }

    private async Task<T> ShareAsync<T>(
        ReadOnlyMemory<long> agentIds, T share, Func<T, AgentFigures, bool> add, CancellationToken cancellation)
    {
        for (var i = 0; i < agentIds.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var agentId = agentIds.Span[i];

            // One millisecond more tells whether the first segment began before the window.
            var timeline = await statuses.CoverAsync(new(query.CompanyId, agentId), query.FromMs - 1, cancellation);
            var open = OpenHours(agentId);
            var totals = BreakdownTotals.Of(timeline, edges, query.Clip, open);
            var segments = query.WithSegments
                ? Segment.Of(timeline, query.FromMs, query.ToMs, query.NowMs, open)
                : null;
            if (!add(share, new(agentId, totals, segments))) break;
        }

        return share;
    }

    /// <summary>Business hours in the window: worked out once for all agents without hours of their own. Two threads at
    /// once work out the same.</summary>
    private Interval[] OpenHours(long agentId)
    {
        return hours.HasOwn(agentId) ? Open() : _companyOpen ??= Open();

        Interval[] Open() => [.. hours.Open(agentId, query.FromMs, query.ToMs, query.Basis)];
    }

    private static long[] AgentsFrom(StatusLookup statuses, BreakdownQuery query)
    {
        if (query.Named.Count > 0) return [.. query.Named.Skip((int)Math.Min(query.Position, query.Named.Count))];

        var all = statuses.AgentsOf(query.CompanyId);
        var place = Array.BinarySearch(all, query.Position + 1);
        return all[(place < 0 ? ~place : place)..];
    }
}

/// <summary>An agent's part of a breakdown.</summary>
/// <param name="Totals">For each bucket.</param>
/// <param name="Segments">Null if they are not asked for.</param>
internal readonly record struct AgentFigures(long AgentId, BreakdownTotals Totals, List<Segment>? Segments);
