using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Hours;
using AgentStatus.Core.Timelines;
using DateTimeZoneProviders = NodaTime.DateTimeZoneProviders;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The same month in Core alone.</summary>
internal sealed class CoreBreakdown() : Comparison(
    "core-breakdown", "the month's breakdown in Core, one thread, from timelines to totals")
{
    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var month = new BreakdownCase(bench);
        var timelines = SampleTimelines.Of(month.Agents, month.EventsPerAgent, month.FromMs, month.ToMs)
            .Select(sample => sample.Timeline).ToArray();
        var settings =
            SettingsDocument.Parse(File.ReadAllText(month.WriteSettings(bench.NewDirectory("core-breakdown"))));
        if (!settings.TryGetHours(month.CompanyId, out var hours, out var faults))
            throw new InvalidOperationException(string.Join(' ', faults));
        Interval[] open = [.. hours.For(SampleAgents.FirstAgentId).Open(month.FromMs, month.ToMs)];
        var edges = BucketEdges.Find(
            DateTimeZoneProviders.Tzdb[BreakdownCase.ZoneId], Granularity.Day, month.FromMs, month.ToMs)!;
        var warming = Stopwatch.StartNew();
        while (warming.Elapsed < TimeSpan.FromSeconds(1)) _ = Run(timelines, edges, open);

        var ns = new Rounds($"{Name}/daily buckets", "ns/event", Target.AtMost(10, " ns"), Rounds.InProcess);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var started = Stopwatch.GetTimestamp();
                _ = Run(timelines, edges, open);
                ns.AddOurs(Stopwatch.GetElapsedTime(started).TotalNanoseconds / month.Events);
            },
            () => { });
        yield return ns.Absolute();
    }

    private static long Run(Timeline[] timelines, long[] edges, Interval[] open)
    {
        long sum = 0;
        foreach (var timeline in timelines)
            sum += BreakdownTotals.Of(timeline, edges, HoursClip.OfflineOnly, open).StatusMs(0, Status.OnCall);
        return sum;
    }
}
