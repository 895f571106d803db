using AgentStatus.Server.Grpc;
using BenchmarkDotNet.Attributes;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>ClassifyRingTargets from bytes to bytes, 50 random agents a request: what caches hold depends on how many
/// there are.</summary>
[MemoryDiagnoser]
public class RingGroupBenchmarks
{
    private const int Targets = 50;
    private const int GroupMask = (1 << 12) - 1;

    private readonly NoRequest _request = new();
    private readonly WireBuffer _wire = new();
    private ServerInProcess? _server;
    private WireBytes[] _groups = [];
    private int _next;

    [Params(1_000, 1_000_000)]
    public int Agents { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _server = new ServerInProcess(Agents);
        var ringAt = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(_server.NowMs));
        var next = RingQuestions.OfGroup(1, Agents, Targets, ringAt);
        _groups = [.. Enumerable.Range(0, GroupMask + 1).Select(_ => new WireBytes(next().ToByteArray()))];
    }

    [GlobalCleanup]
    public void Cleanup() => _server!.Dispose();

    [Benchmark]
    public async Task Group()
    {
        var group = RingRequest.ReadGroup(_groups[_next++ & GroupMask]);
        (await _server!.Service.ClassifyRingTargets(group, _request)).SendTo(_wire);
    }
}
