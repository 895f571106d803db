using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Grpc;

/// <content>RetractStatus and ListStatusEvents. Enums have the contract's numbers.</content>
internal sealed partial class AgentStatusGrpcService
{
    public Task<RetractStatusResponse> RetractStatus(RetractStatusRequest request, ServerCallContext context) =>
        audited.RunAsync(nameof(RetractStatus), request, () => RetractAsync(request, context), context);

    private async Task<RetractStatusResponse> RetractAsync(RetractStatusRequest request, ServerCallContext context)
    {
        if (!writer.IsTaking) throw Refusals.NotWarm();
        CheckRetraction(request);
        var caller = callers.BeginWrites(AddressOf(context), 1, out var refused)
            ?? throw Refusals.OverLimit(refused.Message!, refused.RetryAfterMs);
        RetractResult result;
        try
        {
            // Not cancelled with the request: it is on its way, and the sender is gone either way.
            result = await writer.RetractAsync(new(
                request.CompanyId, request.EventId, request.Reason, request.Actor, clock.NowMs()));
        }
        finally
        {
            caller.End();
        }

        var isKnown = !result.IsSpooled && timelines.IsWarm;
        var response = new RetractStatusResponse
        {
            Outcome = result.IsErased ? RetractOutcome.Duplicate
                : !isKnown ? RetractOutcome.Unspecified
                : result.Event is null ? RetractOutcome.Waiting
                : result.IsNew ? RetractOutcome.Retracted
                : RetractOutcome.Duplicate,
            Durability = DurabilityOf(result.IsErased, result.IsSpooled),
        };
        if (result.IsBeforeCut) throw Refusals.BeforeCut("the event", cut.Ms);
        if (!isKnown || result.Event is not { } e) return response;
        var at = await statuses.FindAsync(e.Agent, e.OccurredAtMs, context.CancellationToken);
        response.EffectiveStatus = (V1.AgentStatus)at.Status;
        if (at.Status != Status.Unknown) response.EffectiveSince = WireTime.Timestamp(at.SinceMs);
        return response;
    }

    public async Task<ListStatusEventsResponse> ListStatusEvents(
        ListStatusEventsRequest request, ServerCallContext context)
    {
        NowWhenWarmMs();
        var (agent, after, toMs, most) = ParseListEvents(request);
        var (events, isLast) = await statuses.ReadAsync(
            () => ListEvents(agent, after, toMs, most), context.CancellationToken);
        var response = new ListStatusEventsResponse { Events = { events } };
        if (isLast) return response;
        var last = events[^1];
        response.NextPageToken = BoundPosition.Write(
            WireTime.Ms(last.OccurredAt), last.Sequence, Bound(request), last.EventId);
        return response;
    }

    /// <summary>A page of events, and whether it is the last.</summary>
    private (List<V1.StatusEvent> Events, bool IsLast) ListEvents(
        AgentKey agent, EventPosition after, long toMs, int most)
    {
        var read = store.ReadHistory(agent, after, toMs, most + 1);
        var page = read.Take(most).ToList();
        var applied = loader.FindApplied(agent, page.ConvertAll(one => one.Event), ServerLimits.JudgedEvents);
        return (page.ConvertAll(one => Message(one, applied?.Contains(one.Event.EventId))), read.Count <= most);
    }

    /// <param name="isApplied">Null: nobody has found out.</param>
    private static V1.StatusEvent Message(StoredEvent stored, bool? isApplied)
    {
        var (e, recordedAtMs, retraction) = stored;
        var message = new V1.StatusEvent
        {
            AgentId = e.Agent.AgentId,
            Status = (V1.AgentStatus)e.Status,
            Origin = (StatusOrigin)e.Origin,
            OccurredAt = WireTime.Timestamp(e.OccurredAtMs),
            EventId = e.EventId,
            Sequence = e.Sequence,
            CallId = e.CallId,
            DeviceId = e.DeviceId,
            Label = e.Label,
            Actor = e.Actor,
            RecordedAt = WireTime.Timestamp(recordedAtMs),
            Outcome = isApplied == true ? RecordOutcome.Applied
                : isApplied == false || retraction is not null ? RecordOutcome.Shadowed
                : RecordOutcome.Unspecified,
        };
        if (retraction is null) return message;
        message.RetractedAt = WireTime.Timestamp(retraction.RecordedAtMs);
        (message.RetractionReason, message.RetractionActor) = (retraction.Reason, retraction.Actor);
        return message;
    }

    private static void CheckRetraction(RetractStatusRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        if (request.EventId.Length == 0) faults.Add("event_id", "must be given");
        faults.CheckAscii("event_id", request.EventId, Limits.EventIdCharacters, nameof(Limits.EventIdCharacters));
        faults.CheckCodePoints("reason", request.Reason, Limits.ReasonCodePoints, nameof(Limits.ReasonCodePoints));
        faults.CheckCodePoints("actor", request.Actor, Limits.ActorCodePoints, nameof(Limits.ActorCodePoints));
        faults.ThrowIfAny();
    }

    private (AgentKey Agent, EventPosition After, long ToMs, int Most) ParseListEvents(
        ListStatusEventsRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("agent_id", request.AgentId);
        var fromMs = faults.CheckOptionalInstant("start_time", request.StartTime);
        var toMs = faults.CheckOptionalInstant("end_time", request.EndTime);
        faults.CheckOrder(fromMs, toMs);
        var most = faults.CheckPageSize(request.PageSize, ServerLimits.EventsOfPage);
        EventPosition? last = null;
        if (request.PageToken.Length > 0)
        {
            var token = BoundPosition.Read(request.PageToken, Bound(request));
            if (token is not (var lastMs, var sequence, { Length: > 0 } id) || lastMs < fromMs || lastMs >= toMs)
                faults.RefusePageToken();
            else last = new(lastMs, sequence, id);
        }

        faults.ThrowIfAny();
        RequireKept("start_time", last?.OccurredAtMs ?? fromMs);
        RequireKept("end_time", toMs - 1);
        return (
            new(request.CompanyId, request.AgentId),
            last ?? EventPosition.Before(fromMs ?? Math.Max(Limits.FirstInstantMs, cut.Ms)),
            toMs ?? Limits.LastInstantMs + 1,
            most);
    }

    private static ListStatusEventsRequest Bound(ListStatusEventsRequest request) =>
        new(request) { PageToken = "", PageSize = 0 };
}
