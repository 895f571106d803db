using AgentStatus.Benchmarks.Samples;
using AgentStatus.V1;
using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>The handlers without gRPC around them, and what their messages cost.</summary>
[MemoryDiagnoser]
public class HandlerBenchmarks
{
    private const int Agents = 10_000;
    private const int Targets = 50;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly NoCall _call = new();
    private ServerInProcess? _server;
    private ClassifyRingTargetRequest _one = new();
    private ClassifyRingTargetsRequest _group = new();
    private byte[] _oneBytes = [];
    private byte[] _groupBytes = [];
    private ClassifyRingTargetResponse _oneAnswer = new();
    private ClassifyRingTargetsResponse _groupAnswer = new();

    [GlobalSetup]
    public async Task Setup()
    {
        _server = new ServerInProcess(Agents);
        var ringAt = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(_server.NowMs));
        _one = (ClassifyRingTargetRequest)RingQuestions.One(1, Agents, ringAt)();
        _group = (ClassifyRingTargetsRequest)RingQuestions.OfGroup(1, Agents, Targets, ringAt)();
        (_oneBytes, _groupBytes) = (_one.ToByteArray(), _group.ToByteArray());
        _oneAnswer = await One();
        _groupAnswer = await Group();
    }

    [GlobalCleanup]
    public void Cleanup() => _server!.Dispose();

    [Benchmark]
    public Task<ClassifyRingTargetResponse> One() => _server!.Calls.ClassifyRingTarget(_one, _call);

    [Benchmark]
    public ClassifyRingTargetRequest ParseOne() => ClassifyRingTargetRequest.Parser.ParseFrom(_oneBytes);

    [Benchmark]
    public void WriteOne() => _oneAnswer.WriteTo(_buffer.AsSpan(0, _oneAnswer.CalculateSize()));

    [Benchmark]
    public Task<ClassifyRingTargetsResponse> Group() => _server!.Calls.ClassifyRingTargets(_group, _call);

    [Benchmark]
    public ClassifyRingTargetsRequest ParseGroup() => ClassifyRingTargetsRequest.Parser.ParseFrom(_groupBytes);

    [Benchmark]
    public void WriteGroup() => _groupAnswer.WriteTo(_buffer.AsSpan(0, _groupAnswer.CalculateSize()));
}
