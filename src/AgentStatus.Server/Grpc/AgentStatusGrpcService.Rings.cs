using AgentStatus.Core.Rings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;
using AgentStatus.V1;
using Grpc.Core;
using QueueRule = AgentStatus.Core.Rings.QueueRule;
using RingOutcome = AgentStatus.Core.Rings.RingOutcome;

namespace AgentStatus.Server.Grpc;

/// <content>The RPCs that classify rings. Enums have the contract's numbers.</content>
internal sealed partial class AgentStatusGrpcService
{
    private const int LastOutcome = (int)RingOutcome.DeviceBusy;

    private static readonly WriteOptions KeptBack = new(WriteFlags.BufferHint);

    private readonly Action<RingRequest, ServerCallContext>? _checkStreamed =
        access.CheckOf<RingRequest>($"/{AgentStatusService.Descriptor.FullName}/{nameof(StreamRingTargets)}");

    public Task<RingAnswer> ClassifyRingTarget(RingRequest request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = Check(request, nowMs);
        var knownThroughMs = timelines.KnownThroughMs(nowMs);
        if (request.Record) return ClassifyAndKeepAsync(request, ringAtMs, knownThroughMs, context);
        if (request.AsKnownAt is not null)
            return ClassifyAsKnownAsync(request, ringAtMs, knownThroughMs, context);
        return statuses.TryFind(new(request.CompanyId, request.AgentId), ringAtMs, out var at)
            ? Task.FromResult(Answer(request, at, knownThroughMs))
            : ClassifyFromStoreAsync(request, ringAtMs, knownThroughMs, context.CancellationToken);
    }

    public Task<RingGroupAnswer> ClassifyRingTargets(RingRequest request, ServerCallContext context) =>
        ClassifyGroupAsync(request, context).AsTask();

    public async Task StreamRingTargets(
        IAsyncStreamReader<RingRequest> requests,
        IServerStreamWriter<RingGroupAnswer> responses,
        ServerCallContext context)
    {
        var keptBackBytes = 0;
        var next = requests.MoveNext(CancellationToken.None);
        while (await next)
        {
            var request = requests.Current;
            next = requests.MoveNext(CancellationToken.None);
            var answer = await AnswerOnStreamAsync(request, context);

            // Where the next request is here already, its answer takes this one along: one flush for many. A flush also
            // waits for a client that does not read.
            keptBackBytes = next.IsCompleted ? keptBackBytes + answer.Bytes : 0;
            if (keptBackBytes > ServerLimits.KeptBackBytes) keptBackBytes = 0;
            responses.WriteOptions = keptBackBytes > 0 ? KeptBack : null;
            await responses.WriteAsync(answer);
        }
    }

    private async Task<RingAnswer> ClassifyFromStoreAsync(
        RingRequest request, long ringAtMs, long knownThroughMs, CancellationToken cancellation)
    {
        var at = await statuses.FindAsync(new(request.CompanyId, request.AgentId), ringAtMs, cancellation);
        return Answer(request, at, knownThroughMs);
    }

    private async Task<RingAnswer> ClassifyAsKnownAsync(
        RingRequest request, long ringAtMs, long knownThroughMs, ServerCallContext context)
    {
        WireTime.TryToMs(request.AsKnownAt!, out var knownAtMs);
        using var reading = await BeginAsKnownAsync(ringAtMs, knownAtMs, context);
        var at = await reading.FindAsync(new(request.CompanyId, request.AgentId), context.CancellationToken);
        return Answer(request, at!.Value, Math.Min(knownThroughMs, knownAtMs));
    }

    private async ValueTask<RingGroupAnswer> ClassifyGroupAsKnownAsync(
        RingRequest request, long ringAtMs, long knownThroughMs, ServerCallContext context)
    {
        WireTime.TryToMs(request.AsKnownAt!, out var knownAtMs);
        using var reading = await BeginAsKnownAsync(ringAtMs, knownAtMs, context);
        var answer = new RingGroupAnswer(request.TargetCount, request.RequestId);
        for (var i = 0; i < request.TargetCount; i++)
        {
            var target = request.Targets[i];
            var at = await reading.FindAsync(new(request.CompanyId, target.AgentId), context.CancellationToken)
                ?? throw Refusals.Invalid(
                    "targets",
                    "have agents who together have more events that as_known_at reads than AsKnownEvents "
                    + $"({ServerLimits.AsKnownEvents}); ask about fewer of them at a time");
            Add(answer, request.CompanyId, target, at);
        }

        request.Release();
        answer.Complete(Math.Min(knownThroughMs, knownAtMs));
        return answer;
    }

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too many wait.</exception>
    private async Task<AsKnownLookup.Request> BeginAsKnownAsync(
        long ringAtMs, long knownAtMs, ServerCallContext context) =>
        await asKnown.TryBeginAsync(AddressOf(context), ringAtMs, knownAtMs, context.CancellationToken)
        ?? throw Refusals.OverLimit(
            $"too many rings with as_known_at wait (QueuedAsKnownRings is {ServerLimits.QueuedAsKnownRings}, "
            + $"{ServerLimits.QueuedAsKnownRingsOfAddress} of an address); try again",
            ServerLimits.BreakdownRetryAfterMs);

    /// <summary>A request that cannot be answered is told so, and the stream goes on.</summary>
    private async ValueTask<RingGroupAnswer> AnswerOnStreamAsync(RingRequest request, ServerCallContext context)
    {
        RingTargetsError error;
        try
        {
            _checkStreamed?.Invoke(request, context);
            return await ClassifyGroupAsync(request, context);
        }
        catch (RpcException refused)
        {
            error = Refusals.OnStream(refused);
        }
        catch (StoreException failure)
        {
            error = Refusals.OnStream(Refusals.Unavailable(failure.ForClients));
        }

        return new(new StreamRingTargetsResponse { RequestId = request.RequestId!.Value, Error = error });
    }

    private async ValueTask<RingGroupAnswer> ClassifyGroupAsync(RingRequest request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = Check(request, nowMs);
        var knownThroughMs = timelines.KnownThroughMs(nowMs);
        var count = request.TargetCount;
        if (request.Record) return await ClassifyAndKeepGroupAsync(request, ringAtMs, knownThroughMs, context);
        if (request.AsKnownAt is not null)
            return await ClassifyGroupAsKnownAsync(request, ringAtMs, knownThroughMs, context);
        var answer = new RingGroupAnswer(count, request.RequestId);
        foreach (var target in request.Targets) timelines.Prefetch(new(request.CompanyId, target.AgentId));
        for (var next = 0; (next = ClassifyInMemory(request, next, ringAtMs, answer)) < count; next++)
        {
            var target = request.Targets[next];
            var at = await statuses.FindAsync(
                new(request.CompanyId, target.AgentId), ringAtMs, context.CancellationToken);
            Add(answer, request.CompanyId, target, at);
        }

        request.Release();
        answer.Complete(knownThroughMs);
        return answer;
    }

    /// <summary>Answers from a target on, up to the first for which the store has to be asked; says which that
    /// is.</summary>
    private int ClassifyInMemory(RingRequest request, int first, long ringAtMs, RingGroupAnswer answer)
    {
        var targets = request.Targets;
        Span<int> counts = stackalloc int[RingCounts.Places];
        var i = first;
        for (; i < targets.Length; i++)
        {
            var target = targets[i];
            if (!statuses.TryFind(new(request.CompanyId, target.AgentId), ringAtMs, out var at)) break;
            if (at.Label != 0)
            {
                Add(answer, request.CompanyId, target, at);
                continue;
            }

            var classification = RingClassifier.Classify(at.Status, (RingOutcome)target.Outcome);
            counts[(int)classification]++;
            answer.Add(target.AgentId, at, classification);
        }

        instruments.Rings.Add(counts);
        return i;
    }

    private void Add(RingGroupAnswer answer, long companyId, RingRequest.Target target, in StatusAt at)
    {
        var classification = RingClassifier.Classify(at.Status, (RingOutcome)target.Outcome);
        instruments.Rings.Add(classification);
        if (at.Label == 0) answer.Add(target.AgentId, at, classification);
        else answer.Add(target.AgentId, at, classification, statuses.LabelOf(companyId, at), error: null);
    }

    private RingAnswer Answer(RingRequest request, in StatusAt at, long knownThroughMs)
    {
        var classification = RingClassifier.Classify(at.Status, (RingOutcome)request.Outcome);
        instruments.Rings.Add(classification);
        return at.Label == 0
            ? new RingAnswer(at, classification, knownThroughMs)
            : new LabelledRingAnswer(at, classification, knownThroughMs, statuses.LabelOf(request.CompanyId, at));
    }

    /// <summary>ring_at in milliseconds.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT, with all faults; OUT_OF_RANGE.</exception>
    private long Check(RingRequest request, long nowMs)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        if (request.IsRing) faults.CheckId("agent_id", request.AgentId);
        if (request.Record) faults.CheckId("call_id", request.CallId);
        else faults.CheckOptionalId("call_id", request.CallId);
        faults.CheckOptionalId("ring_group_id", request.RingGroupId);
        faults.CheckEnum("queue_rule", request.QueueRule, 0, (int)QueueRule.AvailableOnly);
        if (request.Record && request.RingAt is null) faults.Add("ring_at", "must be given with record");
        var ringAtMs = faults.CheckPastInstant("ring_at", request.RingAt, nowMs) ?? nowMs;
        var knownAtMs = faults.CheckPastInstant("as_known_at", request.AsKnownAt, nowMs);
        if (request.Record && request.AsKnownAt is not null)
            faults.Add("as_known_at", "goes not together with record");
        if (request.IsRing) faults.CheckEnum("outcome", request.Outcome, 0, LastOutcome);
        else CheckTargets(ref faults, request);
        faults.ThrowIfAny();
        RequireKept("ring_at", ringAtMs);
        RequireKept("as_known_at", knownAtMs);
        return ringAtMs;
    }

    private static void CheckTargets(ref RequestFaults faults, RingRequest request)
    {
        if (request.TargetCount > Limits.RingTargets)
        {
            faults.Add("targets", $"has {request.TargetCount} entries; RingTargets is {Limits.RingTargets}");
            return;
        }

        var targets = request.Targets;
        for (var i = 0; i < targets.Length; i++)
        {
            var (agentId, outcome) = targets[i];
            if (agentId <= 0) faults.CheckId($"targets[{i}].agent_id", agentId);
            if ((uint)outcome > LastOutcome) faults.CheckEnum($"targets[{i}].outcome", outcome, 0, LastOutcome);
        }
    }
}
