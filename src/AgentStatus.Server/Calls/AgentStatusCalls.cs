using AgentStatus.Core;
using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>The service: each call parses, asks, and maps. The contract is in protos/agentstatus/v1.</summary>
internal sealed class AgentStatusCalls(
    Board board,
    KnownThrough knownThrough,
    StatusWriter writer,
    StatusLookup lookup,
    BreakdownQueries breakdowns,
    Instruments instruments,
    IHostApplicationLifetime lifetime,
    TimeProvider clock) : AgentStatusService.AgentStatusServiceBase
{
    private static readonly WriteOptions KeptBack = new(WriteFlags.BufferHint);

    public override async Task<RecordStatusResponse> RecordStatus(RecordStatusRequest request, ServerCallContext context)
    {
        var command = RecordRequests.Parse(request, NowWhenTakingMs());
        if (!writer.TryRecord(command)) throw Refusals.QueueFull();

        // Not cancelled with the call: the event is on its way, and the caller is gone either way.
        var result = await command.Answer;
        if (result.Outcome == Recording.RecordOutcome.Conflict) throw Refusals.OtherContent(result.EventId);
        var response = new RecordStatusResponse
        {
            EventId = result.EventId,
            Outcome = (V1.RecordOutcome)result.Outcome,
            EffectiveStatus = (V1.AgentStatus)result.At.Status,
            Durability = result.IsSpooled ? Durability.Spooled : Durability.Stored,
        };
        if (result.At.Status != Core.Status.Unknown && !result.At.NeedsStore) response.EffectiveSince = WireTime.Timestamp(result.At.SinceMs);
        return response;
    }

    public override Task<ClassifyRingTargetResponse> ClassifyRingTarget(
        ClassifyRingTargetRequest request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = RingRequests.Check(request, nowMs);
        var knownThroughMs = knownThrough.At(nowMs);
        var agent = new AgentKey(request.CompanyId, request.AgentId);
        instruments.Rings.Add(1);
        return lookup.TryFind(agent, ringAtMs, out var at)
            ? Task.FromResult(RingAnswers.One(at, request.Outcome, knownThroughMs))
            : FromStoreAsync();

        async Task<ClassifyRingTargetResponse> FromStoreAsync() => RingAnswers.One(
            await lookup.FindAsync(agent, ringAtMs, context.CancellationToken), request.Outcome, knownThroughMs);
    }

    public override async Task<ClassifyRingTargetsResponse> ClassifyRingTargets(
        ClassifyRingTargetsRequest request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var ringAtMs = RingRequests.Check(request, nowMs);
        var response = new ClassifyRingTargetsResponse { KnownThrough = WireTime.Timestamp(knownThrough.At(nowMs)) };
        await ClassifyAsync(request.CompanyId, ringAtMs, request.Targets, response.Results, context.CancellationToken);
        return response;
    }

    public override async Task StreamRingTargets(
        IAsyncStreamReader<StreamRingTargetsRequest> requestStream,
        IServerStreamWriter<StreamRingTargetsResponse> responseStream,
        ServerCallContext context)
    {
        using var requests = new StoppableReads<StreamRingTargetsRequest>(requestStream, lifetime.ApplicationStopping);
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

    /// <summary>GetBreakdown, in the shape that <see cref="PackedBreakdowns"/> binds.</summary>
    public Task<BreakdownPage> GetBreakdownPage(GetBreakdownRequest request, ServerCallContext context) =>
        breakdowns.AnswerAsync(BreakdownRequests.Parse(request, NowWhenWarmMs()), context.CancellationToken);

    private async Task<StreamRingTargetsResponse> AnswerAsync(StreamRingTargetsRequest request, CancellationToken cancellation)
    {
        var response = new StreamRingTargetsResponse { RequestId = request.RequestId };
        try
        {
            var nowMs = NowWhenWarmMs();
            var ringAtMs = RingRequests.Check(request, nowMs, out var faults);
            if (faults.Any)
            {
                response.Error = StreamErrors.Invalid(faults.Found);
                return response;
            }

            var knownThroughMs = knownThrough.At(nowMs);
            await ClassifyAsync(request.CompanyId, ringAtMs, request.Targets, response.Results, cancellation);
            response.KnownThrough = WireTime.Timestamp(knownThroughMs);
            return response;
        }
        catch (Exception failure) when (failure is RpcException or Storage.StoreException)
        {
            response.Results.Clear();
            response.Error = StreamErrors.Of(failure);
            return response;
        }
    }

    private async ValueTask ClassifyAsync(
        long companyId,
        long ringAtMs,
        RepeatedField<RingTarget> targets,
        RepeatedField<RingTargetResult> results,
        CancellationToken cancellation)
    {
        instruments.Rings.Add(targets.Count);
        results.Capacity = targets.Count;
        foreach (var target in targets)
        {
            var agent = new AgentKey(companyId, target.AgentId);
            if (!lookup.TryFind(agent, ringAtMs, out var at)) at = await lookup.FindAsync(agent, ringAtMs, cancellation);
            results.Add(RingAnswers.OfGroup(at, target));
        }
    }

    /// <summary>Now, by this machine's clock; UNAVAILABLE before events are taken.</summary>
    private long NowWhenTakingMs() => writer.IsTaking ? clock.NowMs() : throw Refusals.NotWarm();

    /// <summary>Now, by this machine's clock; UNAVAILABLE before memory is warm.</summary>
    private long NowWhenWarmMs() => board.IsWarm ? clock.NowMs() : throw Refusals.NotWarm();
}
