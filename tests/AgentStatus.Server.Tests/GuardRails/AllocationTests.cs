using AgentStatus.Core.Rings;
using AgentStatus.V1;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>Bytes, not times: these hold on any machine. Bounds are what was measured, and a little.</summary>
public sealed class AllocationTests
{
    private const int Calls = 1_000;

    /// <summary>The answer, its two timestamps and its task.</summary>
    private const int BytesPerCall = 320;

    /// <summary>A result and its timestamp.</summary>
    private const int BytesPerTarget = 112;

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
    public async Task ClassifyRingTarget_allocates_its_answer_and_little_else()
    {
        await using var server = new WarmServer();
        var (context, request) =
            (new NoCall(), new ClassifyRingTargetRequest { CompanyId = WarmServer.Agent(0).CompanyId });

        var bytes = BytesPer(i =>
        {
            request.AgentId = WarmServer.Agent(i % WarmServer.Agents).AgentId;
            Assert.True(server.Calls.ClassifyRingTarget(request, context).IsCompletedSuccessfully);
        });

        Assert.InRange(bytes, 1, BytesPerCall);
    }

    [Fact]
    public async Task ClassifyRingTargets_allocates_its_results_and_little_else()
    {
        await using var server = new WarmServer();

        var perTarget = (BytesOf(WarmServer.Agents) - BytesOf(1)) / (WarmServer.Agents - 1);

        Assert.InRange(perTarget, 1, BytesPerTarget);

        double BytesOf(int targets)
        {
            var (context, request) =
                (new NoCall(), new ClassifyRingTargetsRequest { CompanyId = WarmServer.Agent(0).CompanyId });
            for (var i = 0; i < targets; i++)
                request.Targets.Add(new RingTarget { AgentId = WarmServer.Agent(i).AgentId });
            return BytesPer(_ => Assert.True(server.Calls.ClassifyRingTargets(request,
                context).IsCompletedSuccessfully));
        }
    }

    private static double BytesPer(Action<int> call)
    {
        for (var i = 0; i < Calls; i++) call(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++) call(i);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
    }
}
