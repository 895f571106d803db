using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Timelines;
using BenchmarkDotNet.Attributes;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>One agent's month in Core: 1,500 events, 30 days.</summary>
[MemoryDiagnoser]
public class BreakdownBenchmarks
{
    private const int Events = 1_500;
    private const int Days = 30;
    private const long DayMs = 86_400_000;
    private const long HourMs = 3_600_000;

    private readonly long[] _edges = [.. Enumerable.Range(0, Days + 1).Select(day => day * DayMs)];
    private readonly Interval[] _open =
        [.. Enumerable.Range(0, Days).Select(day => new Interval((day * DayMs) + (9 * HourMs),
            (day * DayMs) + (17 * HourMs)))];

    private Timeline _timeline;

    [GlobalSetup]
    public void Setup() => _timeline = SampleTimelines.Of(1, Events, 0, Days * DayMs).Single().Timeline;

    [Benchmark(OperationsPerInvoke = Events)]
    public long Walk()
    {
        long sum = 0;
        foreach (var interval in _timeline.Between(0, Days * DayMs)) sum += interval.EndMs;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long Totals() => BreakdownTotals.Of(_timeline, _edges, HoursClip.OfflineOnly, _open).OutsideHoursMs(0);
}
