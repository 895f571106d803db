using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Grpc.Core;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Grpc;

/// <content>RecordStatus.</content>
internal sealed partial class AgentStatusGrpcService
{
    public async Task<RecordStatusResponse> RecordStatus(RecordStatusRequest request, ServerCallContext context)
    {
        if (!writer.IsTaking) throw Refusals.NotWarm();
        var command = ParseRecord(request, clock.NowMs());
        var caller = callers.Begin(context.Peer, command.Agent, out var refused)
            ?? throw Refusals.OverLimit(refused.Message!, refused.RetryAfterMs);
        RecordResult result;
        try
        {
            if (!writer.TryRecord(command)) throw Refusals.QueueFull();

            // Not cancelled with the request: the event is on its way, and the sender is gone either way.
            result = await command.Answer;
        }
        finally
        {
            caller.End();
        }

        if (result.Outcome == Recording.RecordOutcome.Conflict) throw Refusals.OtherContent(result.EventId);
        var response = new RecordStatusResponse
        {
            EventId = result.EventId,
            Outcome = (V1.RecordOutcome)result.Outcome,
            EffectiveStatus = (V1.AgentStatus)result.At.Status,
            Durability = result.IsSpooled ? Durability.Spooled : Durability.Stored,
        };
        if (result.At.Status != Status.Unknown && !result.At.NeedsStore)
            response.EffectiveSince = WireTime.Timestamp(result.At.SinceMs);
        return response;
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT, with all faults.</exception>
    private static RecordCommand ParseRecord(RecordStatusRequest request, long nowMs)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("agent_id", request.AgentId);
        var isStatus = faults.CheckEnum("status", (int)request.Status, 1, (int)Status.Offline);
        var isOrigin = faults.CheckEnum("origin", (int)request.Origin, 1, (int)Origin.Call);
        var (status, origin) = ((Status)request.Status, (Origin)request.Origin);
        if (isStatus && isOrigin && !StatusRules.MayCarry(origin, status))
            faults.Add("status", $"{Name(status)} may not come from origin {origin.ToString().ToUpperInvariant()}");
        var occurredAtMs = faults.CheckPastInstant("occurred_at", request.OccurredAt, nowMs);
        var eventId = request.EventId;
        if (eventId.Length > Limits.EventIdCharacters)
            faults.Add("event_id", $"has {eventId.Length} characters; EventIdCharacters is {Limits.EventIdCharacters}");
        else if (eventId.AsSpan().ContainsAnyExceptInRange('\x20', '\x7E'))
            faults.Add("event_id", "may hold printable ASCII characters only (0x20 to 0x7E)");
        faults.ThrowIfAny();
        return new RecordCommand(
            new AgentKey(request.CompanyId, request.AgentId), status, origin, occurredAtMs, eventId);
    }

    private static string Name(Status status) => status switch
    {
        Status.OnCall => "ON_CALL",
        Status.WrapUp => "WRAP_UP",
        _ => status.ToString().ToUpperInvariant(),
    };
}
