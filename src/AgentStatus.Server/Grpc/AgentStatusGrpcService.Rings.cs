using AgentStatus.Core.Rings;
using Grpc.Core;
using RingOutcome = AgentStatus.Core.Rings.RingOutcome;

namespace AgentStatus.Server.Grpc;

/// <content>The RPCs that classify rings. Enums have the contract's numbers.</content>
internal sealed partial class AgentStatusGrpcService
{
    private const int LastOutcome = (int)RingOutcome.Answered;

    private static readonly WriteOptions KeptBack = new(WriteFlags.BufferHint);

    public Task<RingAnswer> ClassifyRingTarget(Ring request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = Check(request, nowMs);
        var knownThroughMs = statuses.KnownThroughMs(nowMs);
        instruments.Rings.Add(1);
        return statuses.TryFind(new(request.CompanyId, request.AgentId), ringAtMs, out var at)
            ? Task.FromResult(Answer(at, request.Outcome, knownThroughMs))
            : ClassifyFromStoreAsync(request, ringAtMs, knownThroughMs, context.CancellationToken);
    }

    public async Task<RingGroupAnswer> ClassifyRingTargets(RingGroup request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = Check(request, nowMs, out var faults);
        faults.ThrowIfAny();
        var knownThroughMs = statuses.KnownThroughMs(nowMs);
        var answer = RingGroupAnswer.OfGroup(request.TargetCount);
        await ClassifyAsync(request, ringAtMs, answer, context.CancellationToken);
        answer.Complete(knownThroughMs);
        return answer;
    }

    public async Task StreamRingTargets(
        IAsyncStreamReader<RingGroup> requests,
        IServerStreamWriter<RingGroupAnswer> responses,
        ServerCallContext context)
    {
        var next = requests.MoveNext(CancellationToken.None);
        while (await next)
        {
            var request = requests.Current;
            next = requests.MoveNext(CancellationToken.None);
            var answer = await AnswerOnStreamAsync(request, context.CancellationToken);

            // Where the next request is here already, its answer takes this one along: one flush for many.
            responses.WriteOptions = next.IsCompleted ? KeptBack : null;
            await responses.WriteAsync(answer);
        }
    }

    private async Task<RingAnswer> ClassifyFromStoreAsync(
        Ring request, long ringAtMs, long knownThroughMs, CancellationToken cancellation)
    {
        var at = await statuses.FindAsync(new(request.CompanyId, request.AgentId), ringAtMs, cancellation);
        return Answer(at, request.Outcome, knownThroughMs);
    }

    /// <summary>A request that cannot be answered is told so, and the stream goes on.</summary>
    private async ValueTask<RingGroupAnswer> AnswerOnStreamAsync(RingGroup request, CancellationToken cancellation)
    {
        if (!statuses.IsWarm)
            return RingGroupAnswer.OfError(request.RequestId, Refusals.UnavailableOnStream(Refusals.NotWarmMessage));
        var nowMs = clock.NowMs();
        var ringAtMs = Check(request, nowMs, out var faults);
        if (faults.Any) return RingGroupAnswer.OfError(request.RequestId, Refusals.InvalidOnStream(faults.Found));
        var knownThroughMs = statuses.KnownThroughMs(nowMs);
        var answer = RingGroupAnswer.OnStream(request.RequestId, request.TargetCount);
        try
        {
            await ClassifyAsync(request, ringAtMs, answer, cancellation);
        }
        catch (Storage.StoreException failure)
        {
            return RingGroupAnswer.OfError(request.RequestId, Refusals.UnavailableOnStream(failure.ForClients));
        }

        answer.Complete(knownThroughMs);
        return answer;
    }

    private async ValueTask ClassifyAsync(
        RingGroup request, long ringAtMs, RingGroupAnswer answer, CancellationToken cancellation)
    {
        var count = request.TargetCount;
        instruments.Rings.Add(count);
        foreach (var target in request.Targets) statuses.Prefetch(new(request.CompanyId, target.AgentId));
        for (var next = 0; (next = ClassifyInMemory(request, next, ringAtMs, answer)) < count; next++)
        {
            var target = request.Targets[next];
            var at = await statuses.FindAsync(new(request.CompanyId, target.AgentId), ringAtMs, cancellation);
            answer.Add(target.AgentId, at, RingClassifier.Classify(at.Status, (RingOutcome)target.Outcome));
        }

        request.Release();
    }

    /// <summary>Answers from a target on, up to the first for which the store has to be asked; says which that
    /// is.</summary>
    private int ClassifyInMemory(RingGroup request, int first, long ringAtMs, RingGroupAnswer answer)
    {
        var targets = request.Targets;
        for (var i = first; i < targets.Length; i++)
        {
            var target = targets[i];
            if (!statuses.TryFind(new(request.CompanyId, target.AgentId), ringAtMs, out var at)) return i;
            answer.Add(target.AgentId, at, RingClassifier.Classify(at.Status, (RingOutcome)target.Outcome));
        }

        return targets.Length;
    }

    private static RingAnswer Answer(in StatusAt at, int outcome, long knownThroughMs) =>
        new(at, RingClassifier.Classify(at.Status, (RingOutcome)outcome), knownThroughMs);

    /// <summary>ring_at in milliseconds.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT, with all faults.</exception>
    private static long Check(Ring request, long nowMs)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("agent_id", request.AgentId);
        var ringAtMs = faults.CheckRing(
            request.CallId, request.RingGroupId, request.QueueRule, request.RingAt, nowMs);
        faults.CheckEnum("outcome", request.Outcome, 0, LastOutcome);
        faults.ThrowIfAny();
        return ringAtMs;
    }

    /// <summary>ring_at in milliseconds, and what is wrong: on a stream a bad request is answered, not
    /// thrown.</summary>
    private static long Check(RingGroup request, long nowMs, out RequestFaults faults)
    {
        faults = default;
        faults.CheckId("company_id", request.CompanyId);
        var ringAtMs = faults.CheckRing(request.CallId, request.RingGroupId, request.QueueRule, request.RingAt, nowMs);
        if (request.TargetCount > Limits.RingTargets)
        {
            faults.Add("targets", $"has {request.TargetCount} entries; RingTargets is {Limits.RingTargets}");
            return ringAtMs;
        }

        var targets = request.Targets;
        for (var i = 0; i < targets.Length; i++)
        {
            var (agentId, outcome) = targets[i];
            if (agentId <= 0) faults.CheckId($"targets[{i}].agent_id", agentId);
            if ((uint)outcome > LastOutcome) faults.CheckEnum($"targets[{i}].outcome", outcome, 0, LastOutcome);
        }

        return ringAtMs;
    }
}
