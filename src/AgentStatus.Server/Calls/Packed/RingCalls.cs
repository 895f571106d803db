using AgentStatus.Core;
using AgentStatus.Server.Memory;
using Grpc.Core;

namespace AgentStatus.Server.Calls.Packed;

/// <summary>The calls that classify rings. The contract is in protos/agentstatus/v1.</summary>
internal sealed class RingCalls(
    Board board,
    KnownThrough knownThrough,
    StatusLookup lookup,
    Instruments instruments,
    IHostApplicationLifetime lifetime,
    TimeProvider clock)
{
    private static readonly WriteOptions KeptBack = new(WriteFlags.BufferHint);

    public Task<RingAnswer> ClassifyRingTarget(Ring request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = RingRequests.Check(request, nowMs);
        var knownThroughMs = knownThrough.At(nowMs);
        instruments.Rings.Add(1);
        return lookup.TryFind(new AgentKey(request.CompanyId, request.AgentId), ringAtMs, out var at)
            ? Task.FromResult(new RingAnswer(at, request.Outcome, knownThroughMs))
            : ClassifyFromStoreAsync(request, ringAtMs, knownThroughMs, context.CancellationToken);
    }

    public async Task<RingGroupAnswer> ClassifyRingTargets(RingGroup request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = RingRequests.Check(request, nowMs);
        var knownThroughMs = knownThrough.At(nowMs);
        var answer = RingGroupAnswer.OfGroup(request.TargetCount);
        await ClassifyAsync(request, ringAtMs, answer, context.CancellationToken);
        answer.Complete(knownThroughMs);
        return answer;
    }

    public async Task StreamRingTargets(
        IAsyncStreamReader<RingGroup> requestStream,
        IServerStreamWriter<RingGroupAnswer> responseStream,
        ServerCallContext context)
    {
        using var requests = new StoppableReads<RingGroup>(requestStream, lifetime.ApplicationStopping);
        var next = requests.MoveNextAsync();
        while (await next)
        {
            var request = requests.Current;
            next = requests.MoveNextAsync();
            var answer = await AnswerAsync(request, context.CancellationToken);

            // Where the next request is here already, its answer takes this one along: one flush for many.
            responseStream.WriteOptions = next.IsCompleted ? KeptBack : null;
            await responseStream.WriteAsync(answer);
        }
    }

    private async Task<RingAnswer> ClassifyFromStoreAsync(
        Ring request, long ringAtMs, long knownThroughMs, CancellationToken cancellation)
    {
        var agent = new AgentKey(request.CompanyId, request.AgentId);
        return new(await lookup.FindAsync(agent, ringAtMs, cancellation), request.Outcome, knownThroughMs);
    }

    private async ValueTask<RingGroupAnswer> AnswerAsync(RingGroup request, CancellationToken cancellation)
    {
        try
        {
            var nowMs = NowWhenWarmMs();
            var ringAtMs = RingRequests.Check(request, nowMs, out var faults);
            if (faults.Any) return RingGroupAnswer.OfError(request.RequestId, StreamErrors.Invalid(faults.Found));
            var knownThroughMs = knownThrough.At(nowMs);
            var answer = RingGroupAnswer.OnStream(request.RequestId, request.TargetCount);
            await ClassifyAsync(request, ringAtMs, answer, cancellation);
            answer.Complete(knownThroughMs);
            return answer;
        }
        catch (Exception failure) when (failure is RpcException or Storage.StoreException)
        {
            return RingGroupAnswer.OfError(request.RequestId, StreamErrors.Of(failure));
        }
    }

    private async ValueTask ClassifyAsync(
        RingGroup request, long ringAtMs, RingGroupAnswer answer, CancellationToken cancellation)
    {
        var count = request.TargetCount;
        instruments.Rings.Add(count);
        foreach (var target in request.Targets) board.Prefetch(new(request.CompanyId, target.AgentId));
        for (var next = 0; (next = ClassifyInMemory(request, next, ringAtMs, answer)) < count; next++)
        {
            var target = request.Targets[next];
            var agent = new AgentKey(request.CompanyId, target.AgentId);
            answer.Add(target.AgentId, await lookup.FindAsync(agent, ringAtMs, cancellation), target.Outcome);
        }

        request.Release();
    }

    /// <summary>
    /// Answers from a target on, up to the first for which the store has to be asked; says which that is.
    /// </summary>
    private int ClassifyInMemory(RingGroup request, int first, long ringAtMs, RingGroupAnswer answer)
    {
        var targets = request.Targets;
        for (var i = first; i < targets.Length; i++)
        {
            var target = targets[i];
            if (!lookup.TryFind(new(request.CompanyId, target.AgentId), ringAtMs, out var at)) return i;
            answer.Add(target.AgentId, at, target.Outcome);
        }

        return targets.Length;
    }

    /// <summary>Now, by this machine's clock; UNAVAILABLE before memory is warm.</summary>
    private long NowWhenWarmMs() => board.IsWarm ? clock.NowMs() : throw Refusals.NotWarm();
}
