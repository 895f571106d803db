using AgentStatus.Benchmarks.Samples;
using AgentStatus.Server.Calls.Packed;
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
    private readonly WireBuffer _wire = new();
    private WireMessage _groupMessage = new([]);
    private ServerInProcess? _server;
    private ClassifyRingTargetRequest _one = new();
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
        var group = (ClassifyRingTargetsRequest)RingQuestions.OfGroup(1, Agents, Targets, ringAt)();
        (_oneBytes, _groupBytes) = (_one.ToByteArray(), group.ToByteArray());
        _oneAnswer = await One();
        _groupMessage = new(_groupBytes);
        await GroupWhole();
        _groupAnswer = ClassifyRingTargetsResponse.Parser.ParseFrom(_wire.Written);
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
    public async Task GroupWhole() =>
        (await _server!.Groups.ClassifyRingTargets(RingGroupParser.ParseGroup(_groupMessage), _call)).WriteTo(_wire);

    [Benchmark]
    public void ParseGroup() => RingGroupParser.ParseGroup(_groupMessage).Release();

    [Benchmark]
    public ClassifyRingTargetsRequest ParseGroupGenerated() => ClassifyRingTargetsRequest.Parser.ParseFrom(_groupBytes);

    [Benchmark]
    public void WriteGroup()
    {
        var answer = RingGroupAnswer.OfGroup(Targets);
        for (var i = 0; i < Targets; i++)
            answer.Add(1_000 + i, new(Core.Status.Online, Core.Origin.Agent, 1_772_000_000_123), 0);
        answer.Complete(1_772_000_100_456);
        answer.WriteTo(_wire);
    }

    [Benchmark]
    public void WriteGroupGenerated() => _groupAnswer.WriteTo(_buffer.AsSpan(0, _groupAnswer.CalculateSize()));
}
