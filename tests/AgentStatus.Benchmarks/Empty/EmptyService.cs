using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Benchmarks.Empty;

/// <summary>The same messages, a constant answer: what gRPC costs by itself on this host.</summary>
internal sealed class EmptyService : AgentStatusService.AgentStatusServiceBase
{
    private static readonly Task<ClassifyRingTargetResponse> Answer = Task.FromResult(new ClassifyRingTargetResponse
    {
        Classification = RingClassification.BusyMissed,
        Label = "Busy (missed)",
        Status = V1.AgentStatus.Online,
        StatusSince = new() { Seconds = 1_772_000_000, Nanos = 123_000_000 },
        Origin = StatusOrigin.Agent,
        KnownThrough = new() { Seconds = 1_772_000_100, Nanos = 456_000_000 },
    });

    public override Task<ClassifyRingTargetResponse> ClassifyRingTarget(
        ClassifyRingTargetRequest request, ServerCallContext context) => Answer;
}
