using AgentStatus.Server.Grpc;
using AgentStatus.V1;
using BenchmarkDotNet.Attributes;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>The handlers without gRPC around them, and what their messages cost.</summary>
[MemoryDiagnoser]
public class HandlerBenchmarks
{
    private const int Agents = 10_000;
    private const int Targets = 50;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly NoRequest _request = new();
    private readonly WireBuffer _wire = new();
    private WireBytes _groupMessage = new([]);
    private WireBytes _oneMessage = new([]);
    private ServerInProcess? _server;
    private byte[] _oneBytes = [];
    private byte[] _groupBytes = [];
    private ClassifyRingTargetResponse _oneAnswer = new();
    private ClassifyRingTargetsResponse _groupAnswer = new();

    [GlobalSetup]
    public async Task Setup()
    {
        _server = new ServerInProcess(Agents);
        var ringAt = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(_server.NowMs));
        var one = (ClassifyRingTargetRequest)RingQuestions.One(1, Agents, ringAt)();
        var group = (ClassifyRingTargetsRequest)RingQuestions.OfGroup(1, Agents, Targets, ringAt)();
        (_oneBytes, _groupBytes) = (one.ToByteArray(), group.ToByteArray());
        (_oneMessage, _groupMessage) = (new(_oneBytes), new(_groupBytes));
        await OneWhole();
        _oneAnswer = ClassifyRingTargetResponse.Parser.ParseFrom(_wire.Written);
        await GroupWhole();
        _groupAnswer = ClassifyRingTargetsResponse.Parser.ParseFrom(_wire.Written);
    }

    [GlobalCleanup]
    public void Cleanup() => _server!.Dispose();

    [Benchmark]
    public async Task OneWhole() =>
        (await _server!.Service.ClassifyRingTarget(RingRequest.ReadRing(_oneMessage), _request)).SendTo(_wire);

    [Benchmark]
    public object ParseOne() => RingRequest.ReadRing(_oneMessage);

    [Benchmark]
    public ClassifyRingTargetRequest ParseOneGenerated() => ClassifyRingTargetRequest.Parser.ParseFrom(_oneBytes);

    [Benchmark]
    public void WriteOneGenerated() => _oneAnswer.WriteTo(_buffer.AsSpan(0, _oneAnswer.CalculateSize()));

    [Benchmark]
    public async Task GroupWhole() =>
        (await _server!.Service.ClassifyRingTargets(RingRequest.ReadGroup(_groupMessage), _request)).SendTo(_wire);

    [Benchmark]
    public void ParseGroup() => RingRequest.ReadGroup(_groupMessage).Release();

    [Benchmark]
    public ClassifyRingTargetsRequest ParseGroupGenerated() => ClassifyRingTargetsRequest.Parser.ParseFrom(_groupBytes);

    [Benchmark]
    public void WriteGroup()
    {
        var answer = new RingGroupAnswer(Targets);
        for (var i = 0; i < Targets; i++)
            answer.Add(1_000 + i, new(Core.Status.Online, Core.Origin.Agent, 1_772_000_000_123),
                Core.Rings.RingClassification.BusyMissed);
        answer.Complete(1_772_000_100_456);
        answer.SendTo(_wire);
    }

    [Benchmark]
    public void WriteGroupGenerated() => _groupAnswer.WriteTo(_buffer.AsSpan(0, _groupAnswer.CalculateSize()));
}
