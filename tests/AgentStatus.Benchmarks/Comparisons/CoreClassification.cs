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

    /// <summary>The measurement's own bytes; far fewer than one a key.</summary>
    private const int ClosureBytes = 256;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var few = Fill(bench, bench.Sizes.FewAgents);
        foreach (var row in Measure(bench, few, Target.AtMost(50, " ns"), Target.None)) yield return row;
        var many = Fill(bench, bench.Sizes.Agents);
        foreach (var row in Measure(bench, many, Target.None, Target.AtMost(2))) yield return row;
        yield return Measure(bench, many, Target.None, Target.None, PastMs)[0];
    }

    private static (TimelineIndex Timelines, Dictionary<AgentKey, int> Bare) Fill(Workbench bench, int agents)
    {
        var (timelines, bare) = (new TimelineIndex(CallLimits.Default), new Dictionary<AgentKey, int>());
        foreach (var (agent, timeline) in SampleTimelines.Of(
            agents, bench.Sizes.EventsPerAgent, bench.SampleFromMs, bench.SampleToMs))
        {
            timelines.Publish(agent, timeline);
            bare[agent] = bare.Count;
        }

        return (timelines, bare);
    }

    private List<Row> Measure(
        Workbench bench, (TimelineIndex Timelines, Dictionary<AgentKey, int> Bare) filled, Target absolute,
        Target relative, long pastMs = 0)
    {
        var (timelines, bare) = filled;
        var agents = bare.Count;
        var random = new Random(agents);
        var keys =
            Enumerable.Range(0, Math.Max(agents, 200_000)).Select(_ => SampleAgents.Get(random.Next(agents))).ToArray();
        var instantMs = bench.NowMs;
        var name = $"{Name}/{agents:N0} agents{(pastMs > 0 ? ", past instants" : "")}";
        var ns = new Rounds(name, "ns", relative.Text.Length > 0 ? relative : absolute, Rounds.InProcess);
        var allocated = new Rounds($"{name}, allocated", "bytes", Target.AtMost(0, " bytes"), Rounds.InProcess);

        // The compiler's last word comes in the background, after enough rounds.
        var warming = Stopwatch.StartNew();
        while (warming.Elapsed < TimeSpan.FromSeconds(1))
            _ = Classify(timelines, keys, instantMs, pastMs) + LookUp(bare, keys);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                ns.AddOurs(Time(keys.Length, () => Classify(timelines, keys, instantMs, pastMs)));
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
            backMs += 7_919_000;
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
