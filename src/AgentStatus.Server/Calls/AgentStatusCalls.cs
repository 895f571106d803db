using AgentStatus.Core;
using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Calls.Packed;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>
/// The service: each call parses, asks, and maps. The contract is in protos/agentstatus/v1. The calls with many targets
/// are in <see cref="RingGroupCalls"/>.
/// </summary>
internal sealed class AgentStatusCalls(
    Board board,
    KnownThrough knownThrough,
    StatusWriter writer,
    StatusLookup lookup,
    BreakdownQueries breakdowns,
    Instruments instruments,
    TimeProvider clock) : AgentStatusService.AgentStatusServiceBase
{
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

    /// <summary>GetBreakdown, in the shape that <see cref="PackedBinding"/> binds.</summary>
    public Task<BreakdownPage> GetBreakdownPage(GetBreakdownRequest request, ServerCallContext context) =>
        breakdowns.AnswerAsync(BreakdownRequests.Parse(request, NowWhenWarmMs()), context.CancellationToken);

    /// <summary>Now, by this machine's clock; UNAVAILABLE before events are taken.</summary>
    private long NowWhenTakingMs() => writer.IsTaking ? clock.NowMs() : throw Refusals.NotWarm();

    /// <summary>Now, by this machine's clock; UNAVAILABLE before memory is warm.</summary>
    private long NowWhenWarmMs() => board.IsWarm ? clock.NowMs() : throw Refusals.NotWarm();
}
