using System.Runtime.CompilerServices;
using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Memory;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Agent to status to classification, without gRPC around it: as of now, which is what routing asks.</summary>
internal sealed class CoreClassification() : Comparison(
    "core-classify", "classification in memory, one thread, against a bare Dictionary look-up of the same keys")
{
    private const int Passes = 3;

    /// <summary>1.5 days back: anywhere among an agent's events.</summary>
    private const long PastMs = (1L << 27) - 1;

    /// <summary>From one question's instant to the next one's.</summary>
    private const long StepMs = 7_919_000;

    /// <summary>The measurement's own bytes; far fewer than one a key.</summary>
    private const int ClosureBytes = 256;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var few = Fill(bench, bench.Sizes.FewAgents);
        foreach (var row in Measure(bench, few, Target.AtMost(50, " ns"), Target.None)) yield return row;
        var many = Fill(bench, bench.Sizes.Agents);
        foreach (var row in Measure(bench, many, Target.None, Target.AtMost(2))) yield return row;
        yield return MeasurePast(bench, many);
    }

    private static Filled Fill(Workbench bench, int agents)
    {
        var filled = new Filled(new TimelineIndex(CallLimits.Default), [], new long[agents][]);
        var random = new Random(agents);
        foreach (var (agent, timeline) in SampleTimelines.Of(
            agents, bench.Sizes.EventsPerAgent, bench.SampleFromMs, bench.SampleToMs))
        {
            // The same events again.
            var events = AgentDay.Of(random, bench.Sizes.EventsPerAgent, bench.SampleFromMs, bench.SampleToMs);
            filled.InstantsMs[filled.Bare.Count] = [.. events.Select(e => e.OccurredAtMs)];
            filled.Timelines.Publish(agent, timeline);
            filled.Bare[agent] = filled.Bare.Count;
        }

        return filled;
    }

    /// <summary>As of instants anywhere among the events, which routing asks when it is late.</summary>
    private static Row MeasurePast(Workbench bench, Filled filled)
    {
        var keys = Keys(filled.Bare.Count);
        var ns = new Rounds(
            $"past instants/{filled.Bare.Count:N0} agents", "ns", Target.AtMost(1.5),
            "the other side: a Dictionary, and a binary search in an array of the same instants");
        var warming = Stopwatch.StartNew();
        while (warming.Elapsed < TimeSpan.FromSeconds(1))
            _ = Classify(filled.Timelines, keys, bench.NowMs, PastMs) + Search(filled, keys, bench.NowMs);
        return ns.Compare(
            bench.Sizes.Rounds,
            () => Time(keys.Length, () => Classify(filled.Timelines, keys, bench.NowMs, PastMs)),
            () => Time(keys.Length, () => Search(filled, keys, bench.NowMs)));
    }

    private static AgentKey[] Keys(int agents)
    {
        var random = new Random(agents);
        return [.. Enumerable.Range(0, Math.Max(agents, 200_000)).Select(_ => SampleAgents.Get(random.Next(agents)))];
    }

    private List<Row> Measure(
        Workbench bench, Filled filled, Target absolute, Target relative)
    {
        var (timelines, bare, _) = filled;
        var agents = bare.Count;
        var keys = Keys(agents);
        var instantMs = bench.NowMs;
        var name = $"{Name}/{agents:N0} agents";
        var ns = new Rounds(name, "ns", relative.Text.Length > 0 ? relative : absolute, Rounds.InProcess);
        var allocated = new Rounds($"{name}, allocated", "bytes", Target.AtMost(0, " bytes"), Rounds.InProcess);

        // The compiler's last word comes in the background, after enough rounds.
        var warming = Stopwatch.StartNew();
        while (warming.Elapsed < TimeSpan.FromSeconds(1))
            _ = Classify(timelines, keys, instantMs, pastMs: 0) + LookUp(bare, keys);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                ns.AddOurs(Time(keys.Length, () => Classify(timelines, keys, instantMs, pastMs: 0)));
                var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                allocated.AddOurs(Math.Max(0, bytes - ClosureBytes) / keys.Length);
            },
            () => ns.AddTheirs(Time(keys.Length, () => LookUp(bare, keys))));
        return [agents == bench.Sizes.FewAgents ? ns.Absolute() : ns.Compared(), allocated.Absolute()];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Classify(TimelineIndex timelines, AgentKey[] keys, long nowMs, long pastMs)
    {
        var (sum, backMs) = (0, 0L);
        foreach (var key in keys)
        {
            backMs += StepMs;
            if (!timelines.TryAt(key, nowMs - (backMs & pastMs), out var at))
                throw new InvalidOperationException("Memory knows all of it.");
            sum += (int)RingClassifier.Classify(at.Status, RingOutcome.NoAnswer) + (int)at.SinceMs;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LookUp(Dictionary<AgentKey, int> bare, AgentKey[] keys)
    {
        var sum = 0;
        foreach (var key in keys)
            if (bare.TryGetValue(key, out var value)) sum += value;
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Search(Filled filled, AgentKey[] keys, long nowMs)
    {
        var (sum, backMs) = (0, 0L);
        foreach (var key in keys)
        {
            backMs += StepMs;
            var found = Array.BinarySearch(filled.InstantsMs[filled.Bare[key]], nowMs - (backMs & PastMs));
            sum += found < 0 ? ~found : found;
        }

        return sum;
    }

    /// <summary>Agents in memory as the server has them, and as a program would that only looks something up.</summary>
    private sealed record Filled(
        TimelineIndex Timelines, Dictionary<AgentKey, int> Bare, long[][] InstantsMs);

    private static double Time(int operations, Func<int> run)
    {
        var best = double.MaxValue;
        for (var pass = 0; pass < Passes; pass++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / operations);
        }

        return best;
    }
}
