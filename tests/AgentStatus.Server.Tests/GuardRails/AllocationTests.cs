using AgentStatus.Core.Rings;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>Bytes, not times: these hold on any machine. Bounds are what was measured, and a little.</summary>
public sealed class AllocationTests
{
    private const int Batches = 10;
    private const int Requests = 1_000;

    /// <summary>The request, its timestamp, the answer and its task.</summary>
    private const int BytesPerRequest = 240;

    /// <summary>The group, the answer, its writer and its task; in a debug build the state machines are objects,
    /// too.</summary>
    private const int BytesPerGroup = 520;

    [Fact]
    public async Task A_classification_in_memory_allocates_nothing()
    {
        await using var server = new WarmServer();
        var lookup = server.Lookup;
        var nowMs = 1_772_000_090_000;

        var bytes = BytesPer(i =>
        {
            Assert.True(lookup.TryFind(WarmServer.Agent(i % WarmServer.Agents), nowMs, out var at));
            if (RingClassifier.Classify(at.Status, default) == Core.Rings.RingClassification.Unknown)
                throw new InvalidOperationException("The agent is known.");
        });

        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task ClassifyRingTarget_allocates_request_and_answer_and_little_else()
    {
        await using var server = new WarmServer();
        var agent = WarmServer.Agent(0);
        var request = new ClassifyRingTargetRequest
        {
            CompanyId = agent.CompanyId,
            AgentId = agent.AgentId,
            RingAt = new() { Seconds = 1_772_000_090 },
        };
        var (context, sent, received) = (new NoRequest(), new WireBytes(request.ToByteArray()), new WireBuffer());

        var bytes = BytesPer(_ =>
        {
            var answer = server.Service.ClassifyRingTarget(RingRequest.ReadRing(sent), context);
            Assert.True(answer.IsCompletedSuccessfully);
            answer.Result.SendTo(received);
        });

        Assert.InRange(bytes, 1, BytesPerRequest);
    }

    [Fact]
    public async Task ClassifyRingTargets_allocates_nothing_per_target_from_bytes_to_bytes()
    {
        await using var server = new WarmServer();

        var (ofOne, ofMany) = (BytesOf(1), BytesOf(WarmServer.Agents));

        Assert.Equal(ofOne, ofMany);
        Assert.InRange(ofOne, 1, BytesPerGroup);

        double BytesOf(int targets)
        {
            var request = new ClassifyRingTargetsRequest { CompanyId = WarmServer.Agent(0).CompanyId };
            for (var i = 0; i < targets; i++)
                request.Targets.Add(new RingTarget { AgentId = WarmServer.Agent(i).AgentId });
            var (context, sent, received) = (new NoRequest(), new WireBytes(request.ToByteArray()), new WireBuffer());
            return BytesPer(_ =>
            {
                var answer = server.Service.ClassifyRingTargets(RingRequest.ReadGroup(sent), context);
                Assert.True(answer.IsCompletedSuccessfully);
                answer.Result.SendTo(received);
            });
        }
    }

    /// <summary>The least of several batches. What each request allocates is in every one of them; what the thread
    /// allocates once, while other tests run beside it, is not (seen: 2,400 bytes in one batch, and never
    /// again).</summary>
    private static double BytesPer(Action<int> request)
    {
        for (var i = 0; i < Requests; i++) request(i);
        return Enumerable.Range(0, Batches).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Requests; i++) request(i);
            return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Requests;
        });
    }
}
