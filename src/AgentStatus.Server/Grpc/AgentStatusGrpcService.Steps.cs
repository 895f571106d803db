using System.Net;
using AgentStatus.Core.Rings;
using AgentStatus.Server.CallSteps;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Recording;
using AgentStatus.V1;
using Grpc.Core;
using CallStep = AgentStatus.Core.Rings.CallStep;
using RingOutcome = AgentStatus.Core.Rings.RingOutcome;
using StepClassification = AgentStatus.Core.Rings.StepClassification;

namespace AgentStatus.Server.Grpc;

/// <content>Rings that are kept, and the RPCs that read them. Enums have the contract's numbers.</content>
internal sealed partial class AgentStatusGrpcService
{
    public async Task<GetCallStepsResponse> GetCallSteps(GetCallStepsRequest request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckId("call_id", request.CallId);
        faults.ThrowIfAny();
        var knownThroughMs = timelines.KnownThroughMs(nowMs);
        var kept = await steps.ReadAsync(
            StepQuery.AllOf(request.CompanyId) with { FromMs = cut.Ms }, [request.CallId], ServerLimits.CallSteps + 1,
            context.CancellationToken);
        if (kept.Count > ServerLimits.CallSteps) throw Refusals.TooManySteps();
        var response = new GetCallStepsResponse();
        foreach (var step in kept)
        {
            var current = await steps.ClassifyAsync(step, knownThroughMs, context.CancellationToken);
            response.Steps.Add(Message(step, current));
        }

        return response;
    }

    public async Task<ListCallsResponse> ListCalls(ListCallsRequest request, ServerCallContext context)
    {
        var nowMs = NowWhenWarmMs();
        var (query, after, most) = ParseListCalls(request);
        RequireKept("start_time", query.FromMs);
        var page = new CallsPage(steps, query, request.OnlyChanged, most, timelines.KnownThroughMs(nowMs));
        var next = await page.FillAsync(after, context.CancellationToken);
        return new()
        {
            Calls =
            {
                page.Calls.Select(call => new CallSummary
                {
                    CallId = call.CallId,
                    FirstRingAt = WireTime.Timestamp(call.FirstRingAtMs),
                    LastRingAt = WireTime.Timestamp(call.LastRingAtMs),
                    StepCount = call.Steps,
                    ChangedStepCount = call.Changed,
                }),
            },
            NextPageToken = next is { } call ? BoundPosition.Write(call.RingAtMs, call.CallId, Bound(request)) : "",
        };
    }

    private async Task<RingAnswer> ClassifyAndKeepAsync(
        RingRequest request, long ringAtMs, long knownThroughMs, ServerCallContext context)
    {
        var at = await statuses.FindAsync(
            new(request.CompanyId, request.AgentId), ringAtMs, context.CancellationToken);
        var step = StepOf(request, new(request.AgentId, request.Outcome), ringAtMs, at, knownThroughMs);
        var kept = await KeepAsync([step], AddressOf(context));
        return RefusalOf(kept[0]) is { } refused ? throw refused : Answer(request, at, knownThroughMs);
    }

    /// <summary>What cannot be kept is told so, and has its classification all the same.</summary>
    private async ValueTask<RingGroupAnswer> ClassifyAndKeepGroupAsync(
        RingRequest request, long ringAtMs, long knownThroughMs, ServerCallContext context)
    {
        var kept = new List<(StatusAt At, CallStep Step)>(request.TargetCount);
        for (var i = 0; i < request.TargetCount; i++)
        {
            var target = request.Targets[i];
            var at = await statuses.FindAsync(
                new(request.CompanyId, target.AgentId), ringAtMs, context.CancellationToken);
            kept.Add((at, StepOf(request, target, ringAtMs, at, knownThroughMs)));
        }

        var errors = await TryKeepAsync(kept.ConvertAll(one => one.Step), AddressOf(context));
        var answer = new RingGroupAnswer(kept.Count, request.RequestId);
        for (var i = 0; i < kept.Count; i++)
        {
            var (at, step) = kept[i];
            instruments.Rings.Add(step.Given.Classification);
            answer.Add(step.Ring.AgentId, at, step.Given.Classification, step.Given.StatusLabel, errors[i]);
        }

        request.Release();
        answer.Complete(knownThroughMs);
        return answer;
    }

    /// <summary>Keeps the steps; says of each why not, or null.</summary>
    private async Task<RingTargetsError?[]> TryKeepAsync(IReadOnlyList<CallStep> added, IPAddress? address)
    {
        if (added.Count == 0) return [];
        RpcException refused;
        try
        {
            return [.. (await KeepAsync(added, address)).Select(
                result => RefusalOf(result) is { } one ? Refusals.OnStream(one) : null)];
        }
        catch (RpcException overLimit)
        {
            refused = overLimit;
        }
        catch (StoreException failure)
        {
            refused = Refusals.Unavailable(failure.ForClients);
        }

        var error = Refusals.OnStream(refused);
        return [.. added.Select(_ => error)];
    }

    private static RpcException? RefusalOf(KeepResult result) =>
        result.IsBeingErased ? Refusals.BeingErased() : result.IsRefused ? Refusals.KeptOtherwise() : null;

    /// <exception cref="RpcException">Too much is queued: none is kept.</exception>
    /// <exception cref="StoreException">None is kept, or nobody knows.</exception>
    private async Task<IReadOnlyList<KeepResult>> KeepAsync(IReadOnlyList<CallStep> added, IPAddress? address)
    {
        var caller = callers.BeginWrites(address, added.Count, out var refused)
            ?? throw Refusals.OverLimit(refused.Message!, refused.RetryAfterMs);
        try
        {
            var command = new KeepCommand(added);
            if (!stepQueue.TryAdd(command)) throw Refusals.RingQueueFull();

            // Not cancelled with the request, as an event is not.
            return await command.Answer;
        }
        finally
        {
            caller.End(added.Count);
        }
    }

    private CallStep StepOf(
        RingRequest request, RingRequest.Target target, long ringAtMs, in StatusAt at, long knownThroughMs)
    {
        var outcome = (RingOutcome)target.Outcome;
        return new(
            new(request.CompanyId, request.CallId, request.RingGroupId, target.AgentId, ringAtMs),
            (Core.Rings.QueueRule)request.QueueRule,
            outcome,
            steps.Classify(request.CompanyId, at, outcome, knownThroughMs),
            RecordedAtMs: 0);
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT, with all faults.</exception>
    private static (StepQuery Query, CallAt After, int Most) ParseListCalls(ListCallsRequest request)
    {
        var faults = default(RequestFaults);
        faults.CheckId("company_id", request.CompanyId);
        faults.CheckOptionalId("agent_id", request.AgentId);
        var most = faults.CheckPageSize(request.PageSize, ServerLimits.CallsOfPage);
        var startMs = faults.CheckInstant("start_time", request.StartTime) ?? 0;
        var endMs = faults.CheckInstant("end_time", request.EndTime) ?? long.MaxValue;
        faults.CheckOrder(startMs, endMs);
        var after = new CallAt(startMs, 0);
        if (request.PageToken.Length > 0)
        {
            var token = BoundPosition.Read(request.PageToken, Bound(request));
            if (token is not (var ringAtMs, > 0 and var callId, "") || ringAtMs < startMs || ringAtMs >= endMs)
                faults.RefusePageToken();
            else after = new(ringAtMs, callId);
        }

        faults.ThrowIfAny();
        return (new(request.CompanyId, startMs, endMs, request.AgentId), after, most);
    }

    /// <summary>What a page token belongs to.</summary>
    private static ListCallsRequest Bound(ListCallsRequest request) => new(request) { PageToken = "", PageSize = 0 };

    private static V1.CallStep Message(CallStep step, StepClassification current)
    {
        var message = new V1.CallStep
        {
            RingGroupId = step.Ring.RingGroupId,
            AgentId = step.Ring.AgentId,
            QueueRule = (V1.QueueRule)step.QueueRule,
            RingAt = WireTime.Timestamp(step.Ring.RingAtMs),
            Outcome = (V1.RingOutcome)step.Outcome,
            Given = Message(step.Given),
            Current = Message(current),
            Changed = current.Differs(step.Given),
        };
        message.Given.RecordedAt = WireTime.Timestamp(step.RecordedAtMs);
        return message;
    }

    private static V1.StepClassification Message(StepClassification said) => new()
    {
        Classification = (V1.RingClassification)said.Classification,
        Label = said.Label,
        Status = (V1.AgentStatus)said.Status,
        StatusLabel = said.StatusLabel,
        StatusSince = said.SinceMs is { } sinceMs ? WireTime.Timestamp(sinceMs) : null,
        Origin = (StatusOrigin)said.Origin,
        KnownThrough = WireTime.Timestamp(said.KnownThroughMs),
    };
}
