using System.Collections.Concurrent;

namespace AgentStatus.Client.Tests.Fakes;

/// <summary>Answers as a test says, and keeps what it was asked.</summary>
internal sealed class FakeService : AgentStatusService.AgentStatusServiceBase
{
    public ConcurrentQueue<RecordStatusRequest> Recorded { get; } = new();
    public ConcurrentQueue<ClassifyRingTargetRequest> Classified { get; } = new();
    public ConcurrentQueue<ClassifyRingTargetsRequest> GroupsClassified { get; } = new();
    public ConcurrentQueue<GetCallStepsRequest> StepsAsked { get; } = new();
    public ConcurrentQueue<ListCallsRequest> CallsListed { get; } = new();
    public ConcurrentQueue<GetBreakdownRequest> BrokenDown { get; } = new();

    public Func<RecordStatusRequest, ServerCallContext, Task<RecordStatusResponse>> OnRecord { get; set; } =
        (request, _) => Task.FromResult(new RecordStatusResponse { EventId = request.EventId });

    public Func<ClassifyRingTargetRequest, ServerCallContext, Task<ClassifyRingTargetResponse>> OnClassify
    { get; set; } = (_, _) => Task.FromResult(new ClassifyRingTargetResponse());

    public Func<ClassifyRingTargetsRequest, ClassifyRingTargetsResponse> OnClassifyGroup { get; set; } = _ => new();

    public Func<GetBreakdownRequest, GetBreakdownResponse> OnBreakdown { get; set; } = _ => new();

    public Func<GetCompanyHoursRequest, GetCompanyHoursResponse> OnHours { get; set; } = _ => new();

    public Func<GetCallStepsRequest, GetCallStepsResponse> OnSteps { get; set; } = _ => new();

    public Func<ListCallsRequest, ListCallsResponse> OnListCalls { get; set; } = _ => new();

    public ConcurrentQueue<RecordStatusesRequest> BatchesRecorded { get; } = new();
    public ConcurrentQueue<RetractStatusRequest> Retracted { get; } = new();
    public ConcurrentQueue<ListStatusEventsRequest> EventsListed { get; } = new();

    public Func<RecordStatusesRequest, RecordStatusesResponse> OnRecordBatch { get; set; } = request => new()
    {
        Results =
        {
            request.Events.Select(e => new RecordStatusesResult { Recorded = new() { EventId = e.EventId } }),
        },
    };

    public Func<RetractStatusRequest, RetractStatusResponse> OnRetract { get; set; } = _ => new();

    public Func<ListStatusEventsRequest, ListStatusEventsResponse> OnListEvents { get; set; } = _ => new();

    public Func<WatchStatusesRequest, IServerStreamWriter<WatchStatusesResponse>, ServerCallContext, Task> OnWatch
    { get; set; } = (_, _, _) => Task.CompletedTask;

    public ConcurrentQueue<WatchStatusesRequest> Watched { get; } = new();

    public Func<RingStream, Task> OnStream { get; set; } = _ => Task.CompletedTask;

    public override Task<RecordStatusResponse> RecordStatus(RecordStatusRequest request, ServerCallContext context)
    {
        Recorded.Enqueue(request);
        return OnRecord(request, context);
    }

    public override Task<RecordStatusesResponse> RecordStatuses(
        RecordStatusesRequest request, ServerCallContext context)
    {
        BatchesRecorded.Enqueue(request);
        return Task.FromResult(OnRecordBatch(request));
    }

    public override Task<RetractStatusResponse> RetractStatus(RetractStatusRequest request, ServerCallContext context)
    {
        Retracted.Enqueue(request);
        return Task.FromResult(OnRetract(request));
    }

    public override Task<ListStatusEventsResponse> ListStatusEvents(
        ListStatusEventsRequest request, ServerCallContext context)
    {
        EventsListed.Enqueue(request.Clone());
        return Task.FromResult(OnListEvents(request));
    }

    public override Task<ClassifyRingTargetResponse> ClassifyRingTarget(
        ClassifyRingTargetRequest request, ServerCallContext context)
    {
        Classified.Enqueue(request);
        return OnClassify(request, context);
    }

    public override Task<ClassifyRingTargetsResponse> ClassifyRingTargets(
        ClassifyRingTargetsRequest request, ServerCallContext context)
    {
        GroupsClassified.Enqueue(request);
        return Task.FromResult(OnClassifyGroup(request));
    }

    public override Task<GetBreakdownResponse> GetBreakdown(GetBreakdownRequest request, ServerCallContext context)
    {
        BrokenDown.Enqueue(request.Clone());
        return Task.FromResult(OnBreakdown(request));
    }

    public override Task<GetCompanyHoursResponse> GetCompanyHours(
        GetCompanyHoursRequest request, ServerCallContext context) => Task.FromResult(OnHours(request));

    public override Task<GetCallStepsResponse> GetCallSteps(GetCallStepsRequest request, ServerCallContext context)
    {
        StepsAsked.Enqueue(request);
        return Task.FromResult(OnSteps(request));
    }

    public override Task<ListCallsResponse> ListCalls(ListCallsRequest request, ServerCallContext context)
    {
        CallsListed.Enqueue(request.Clone());
        return Task.FromResult(OnListCalls(request));
    }

    public override Task WatchStatuses(
        WatchStatusesRequest request, IServerStreamWriter<WatchStatusesResponse> responseStream,
        ServerCallContext context)
    {
        Watched.Enqueue(request);
        return OnWatch(request, responseStream, context);
    }

    public override Task StreamRingTargets(
        IAsyncStreamReader<StreamRingTargetsRequest> requestStream,
        IServerStreamWriter<StreamRingTargetsResponse> responseStream,
        ServerCallContext context) =>
        OnStream(new RingStream(requestStream, responseStream, context.CancellationToken));
}
