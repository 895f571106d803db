using NodaTime;

namespace AgentStatus.Core.Breakdowns;

/// <summary>Where the buckets of a window begin and end.</summary>
public static class BucketEdges
{
    private const long MinuteMs = 60 * 1000L;
    private const long HourMs = 60 * MinuteMs;

    /// <summary>The edges of the buckets that cover [fromMs, toMs): ascending, the first is fromMs, the last toMs. A
    /// date begins at its first instant; a date that the zone skips has no bucket. Null if there are more than
    /// <see cref="Limits.BreakdownBuckets"/>.</summary>
    /// <param name="weekStart">On which day a week begins.</param>
    public static long[]? Find(
        DateTimeZone zone,
        Granularity granularity,
        long fromMs,
        long toMs,
        IsoDayOfWeek weekStart = IsoDayOfWeek.Monday)
    {
        var shortestMs = granularity switch
        {
            Granularity.Total => long.MaxValue,
            Granularity.QuarterHour => 15 * MinuteMs,
            Granularity.HalfHour => 30 * MinuteMs,
            Granularity.Hour => HourMs,
            Granularity.Day => 24 * HourMs,
            Granularity.Week => 7 * 24 * HourMs,
            _ => 31 * 24 * HourMs,
        };
        if ((toMs - fromMs) / shortestMs > Limits.BreakdownBuckets) return null;

        var edges = new List<long> { fromMs };
        var inside = granularity switch
        {
            Granularity.Total => [],
            Granularity.QuarterHour or Granularity.HalfHour or Granularity.Hour =>
                Steps(zone, shortestMs, fromMs, toMs),
            _ => Dates(zone, granularity, weekStart, fromMs, toMs),
        };
        foreach (var edge in inside)
            if (edge > edges[^1] && edge < toMs) edges.Add(edge);
        edges.Add(toMs);
        return edges.Count - 1 > Limits.BreakdownBuckets ? null : [.. edges];
    }

    /// <summary>Full local hours, or parts of them, and where the offset changes: within a stretch of one offset an
    /// hour is an hour.</summary>
    private static IEnumerable<long> Steps(DateTimeZone zone, long stepMs, long fromMs, long toMs)
    {
        var offset = zone.GetUtcOffset(Instant.FromUnixTimeMilliseconds(fromMs));
        foreach (var stretch in zone.GetZoneIntervals(
            Instant.FromUnixTimeMilliseconds(fromMs), Instant.FromUnixTimeMilliseconds(toMs)))
        {
            var startMs = stretch.HasStart ? Math.Max(fromMs, stretch.Start.ToUnixTimeMilliseconds()) : fromMs;
            var changed = stretch.WallOffset != offset;
            offset = stretch.WallOffset;
            var endMs = stretch.HasEnd ? Math.Min(toMs, stretch.End.ToUnixTimeMilliseconds()) : toMs;
            var localMs = startMs + offset.Milliseconds;
            var intoStepMs = ((localMs % stepMs) + stepMs) % stepMs;
            if (changed || intoStepMs == 0) yield return startMs;
            for (var edge = startMs - intoStepMs + stepMs; edge < endMs; edge += stepMs) yield return edge;
        }
    }

    private static IEnumerable<long> Dates(
        DateTimeZone zone, Granularity granularity, IsoDayOfWeek weekStart, long fromMs, long toMs)
    {
        var first = Instant.FromUnixTimeMilliseconds(fromMs).InZone(zone).Date;
        var (date, step) = granularity switch
        {
            Granularity.Week => (first.PlusDays(1).Previous(weekStart), Period.FromWeeks(1)),
            Granularity.Month => (new LocalDate(first.Year, first.Month, 1), Period.FromMonths(1)),
            _ => (first, Period.FromDays(1)),
        };
        for (var startMs = fromMs; startMs < toMs; startMs = FirstInstant(zone, date))
        {
            yield return startMs;
            date += step;
        }
    }

    private static long FirstInstant(DateTimeZone zone, LocalDate date)
    {
        var mapping = zone.MapLocal(date.AtMidnight());
        return (mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant()).ToUnixTimeMilliseconds();
    }
}
