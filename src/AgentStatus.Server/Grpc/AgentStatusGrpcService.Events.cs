using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Grpc;

/// <content>RetractStatus and ListStatusEvents. Enums have the contract's numbers.</content>
internal sealed partial class AgentStatusGrpcService
{
    /// <summary>Events of one instant that pages may have before them: more than any agent has.</summary>
    private const int MostSkipped = 1_000_000_000;

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

        var isKnown = !result.IsSpooled && statuses.IsWarm;
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
        var (agent, fromMs, toMs, skipped) = ParseListEvents(request);
        var most = request.PageSize is 0 or > ServerLimits.EventsOfPage ? ServerLimits.EventsOfPage : request.PageSize;
        var (events, isLast) = await statuses.ReadAsync(
            () => ListEvents(agent, fromMs, toMs, skipped, most), context.CancellationToken);
        var response = new ListStatusEventsResponse { Events = { events } };
        if (isLast) return response;
        var lastMs = WireTime.Ms(events[^1].OccurredAt);
        var ofInstant = events.Count(e => WireTime.Ms(e.OccurredAt) == lastMs) + (lastMs == fromMs ? skipped : 0);
        response.NextPageToken = BoundNumbers.Write(lastMs, ofInstant, Bound(request));
        return response;
    }

    /// <summary>A page of events, and whether it is the last.</summary>
    /// <param name="skipped">How many of the first instant earlier pages have.</param>
    private (List<V1.StatusEvent> Events, bool IsLast) ListEvents(
        AgentKey agent, long fromMs, long toMs, int skipped, int most)
    {
        var read = store.ReadHistory(agent, EventPosition.Before(fromMs), toMs, skipped + most + 1);
        var page = read.Skip(skipped).Take(most).ToList();
        var applied = loader.AppliedAmong(agent, page.ConvertAll(one => one.Event));
        var events = page.ConvertAll(one => Message(one, applied.Contains(one.Event.EventId)));
        return (events, read.Count <= skipped + most);
    }

    private static V1.StatusEvent Message(StoredEvent stored, bool isApplied)
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
            Outcome = isApplied ? RecordOutcome.Applied : RecordOutcome.Shadowed,
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

    private (AgentKey Agent, long FromMs, long ToMs, int Skipped) ParseListEvents(
        ListStatusEventsRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("agent_id", request.AgentId);
        var fromMs = request.StartTime is null ? null : faults.CheckInstant("start_time", request.StartTime);
        var toMs = request.EndTime is null ? null : faults.CheckInstant("end_time", request.EndTime);
        if (toMs <= fromMs) faults.Add("end_time", "must be after start_time, by a millisecond at least");
        if (request.PageSize < 0) faults.Add("page_size", $"must be 0 or more, not {request.PageSize}");
        var token = BoundNumbers.Read(request.PageToken, Bound(request));
        if (token is { Second: < 0 or > MostSkipped }) token = null;
        if (token is null && request.PageToken.Length > 0)
            faults.Add("page_token", "is not one of ours, or belongs to a request with other fields");
        faults.ThrowIfAny();
        RequireKept("start_time", token?.First ?? fromMs);
        RequireKept("end_time", toMs - 1);
        return (
            new(request.CompanyId, request.AgentId),
            token?.First ?? fromMs ?? Math.Max(Limits.FirstInstantMs, cut.Ms),
            toMs ?? Limits.LastInstantMs + 1,
            (int)(token?.Second ?? 0));
    }

    private static ListStatusEventsRequest Bound(ListStatusEventsRequest request) =>
        new(request) { PageToken = "", PageSize = 0 };
}
