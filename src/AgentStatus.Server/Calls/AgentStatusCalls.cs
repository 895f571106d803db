using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Calls.Packed;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>
/// The service: each call parses, asks, and maps. The contract is in protos/agentstatus/v1. The calls that classify
/// rings are in <see cref="RingCalls"/>.
/// </summary>
internal sealed class AgentStatusCalls(
    Board board,
    StatusWriter writer,
    BreakdownQueries breakdowns,
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

    /// <summary>GetBreakdown, in the shape that <see cref="PackedBinding"/> binds.</summary>
    public Task<BreakdownPage> GetBreakdownPage(GetBreakdownRequest request, ServerCallContext context) =>
        breakdowns.AnswerAsync(BreakdownRequests.Parse(request, NowWhenWarmMs()), context.CancellationToken);

    /// <summary>Now, by this machine's clock; UNAVAILABLE before events are taken.</summary>
    private long NowWhenTakingMs() => writer.IsTaking ? clock.NowMs() : throw Refusals.NotWarm();

    /// <summary>Now, by this machine's clock; UNAVAILABLE before memory is warm.</summary>
    private long NowWhenWarmMs() => board.IsWarm ? clock.NowMs() : throw Refusals.NotWarm();
}
