using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Memory;
using BenchmarkDotNet.Attributes;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>The steps of one classification.</summary>
[MemoryDiagnoser]
public class ClassificationBenchmarks
{
    private const int KeyMask = (1 << 16) - 1;

    private ServerInProcess? _server;
    private AgentKey[] _keys = [];
    private Timeline _timeline;
    private int _next;

    [Params(1_000, 1_000_000)]
    public int Agents { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _server = new ServerInProcess(Agents);
        var random = new Random(1);
        _keys = [.. Enumerable.Range(0, KeyMask + 1).Select(_ => SampleAgents.Get(random.Next(Agents)))];
        _timeline = _server.TimelineIndex.Find(_keys[0]);
    }

    [GlobalCleanup]
    public void Cleanup() => _server!.Dispose();

    [Benchmark]
    public Status TimelineNow() => _timeline.At(_server!.NowMs).Status;

    [Benchmark]
    public Status TimelineYesterday() => _timeline.At(_server!.NowMs - 43_200_000).Status;

    [Benchmark]
    public RingClassification FindAndClassify()
    {
        _server!.TimelineIndex.TryAt(_keys[_next++ & KeyMask], _server.NowMs, out var at);
        return RingClassifier.Classify(at.Status, RingOutcome.NoAnswer);
    }
}
