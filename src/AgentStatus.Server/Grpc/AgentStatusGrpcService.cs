using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.CallSteps;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Watching;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>The service: each RPC parses, asks, classifies and maps; the contract is in protos/agentstatus/v1. One file
/// for each kind of RPC, its checks below its methods. Handles the requests of all threads.</summary>
internal sealed partial class AgentStatusGrpcService(
    StatusWriter writer,
    EventQueue events,
    Callers callers,
    CompanyLabels labels,
    StatusLookup statuses,
    AsKnownLookup asKnown,
    StepLookup steps,
    CallStepQueue stepQueue,
    TimelineIndex timelines,
    TimelineLoader loader,
    IEventReader store,
    RetentionCut cut,
    CompanySettingsCache settings,
    BreakdownAdmission breakdowns,
    BreakdownGate gate,
    LowPriorityThreads threads,
    AuditedRequests audited,
    StatusWatch watch,
    AccessGate access,
    IHostApplicationLifetime lifetime,
    Instruments instruments,
    TimeProvider clock)
{
    /// <summary>Binds the RPCs. Messages that are large or asked for most read and write themselves, where generated
    /// ones cost more than all the rest of the handler; on the wire there is no difference.</summary>
    public void Bind(ServiceBinderBase binder)
    {
        binder.AddMethod(
            Declare<RecordStatusRequest, RecordStatusResponse>(
                nameof(RecordStatus), Read(RecordStatusRequest.Parser), Write),
            RecordStatus);
        binder.AddMethod(
            Declare<RetractStatusRequest, RetractStatusResponse>(
                nameof(RetractStatus), Read(RetractStatusRequest.Parser), Write),
            RetractStatus);
        binder.AddMethod(
            Declare<ListStatusEventsRequest, ListStatusEventsResponse>(
                nameof(ListStatusEvents), Read(ListStatusEventsRequest.Parser), Write),
            ListStatusEvents);
        binder.AddMethod(
            Declare<RingRequest, RingAnswer>(
                nameof(ClassifyRingTarget), RingRequest.ReadRing, (answer, context) => answer.SendTo(context)),
            ClassifyRingTarget);
        binder.AddMethod(
            Declare<RingRequest, RingGroupAnswer>(nameof(ClassifyRingTargets), RingRequest.ReadGroup, SendTo),
            ClassifyRingTargets);
        binder.AddMethod(
            Declare<RingRequest, RingGroupAnswer>(
                nameof(StreamRingTargets), RingRequest.ReadOnStream, SendTo, MethodType.DuplexStreaming),
            StreamRingTargets);
        binder.AddMethod(
            Declare<GetCallStepsRequest, GetCallStepsResponse>(
                nameof(GetCallSteps), Read(GetCallStepsRequest.Parser), Write),
            GetCallSteps);
        binder.AddMethod(
            Declare<ListCallsRequest, ListCallsResponse>(nameof(ListCalls), Read(ListCallsRequest.Parser), Write),
            ListCalls);
        binder.AddMethod(
            Declare<GetBreakdownRequest, BreakdownPage>(
                nameof(GetBreakdown), Read(GetBreakdownRequest.Parser), (page, context) => page.SendTo(context)),
            GetBreakdown);
        binder.AddMethod(
            Declare<GetCompanyHoursRequest, GetCompanyHoursResponse>(
                nameof(GetCompanyHours), Read(GetCompanyHoursRequest.Parser), Write),
            GetCompanyHours);
        binder.AddMethod(
            Declare<WatchStatusesRequest, WatchStatusesResponse>(
                nameof(WatchStatuses),
                Read(WatchStatusesRequest.Parser),
                WatchAnswers.Write,
                MethodType.ServerStreaming),
            WatchStatuses);

        static void SendTo(RingGroupAnswer answer, SerializationContext context) => answer.SendTo(context);
    }

    /// <summary>Now, by this machine's clock; UNAVAILABLE before memory is warm.</summary>
    private long NowWhenWarmMs() => timelines.IsWarm ? clock.NowMs() : throw Refusals.NotWarm();

    /// <summary>The one check that an instant is kept.</summary>
    /// <exception cref="RpcException">OUT_OF_RANGE: it lies before the cut.</exception>
    private void RequireKept(string field, long? instantMs)
    {
        if (instantMs < cut.Ms) throw Refusals.BeforeCut(field, cut.Ms);
    }

    private static Method<TRequest, TAnswer> Declare<TRequest, TAnswer>(
        string name,
        Func<DeserializationContext, TRequest> read,
        Action<TAnswer, SerializationContext> write,
        MethodType type = MethodType.Unary)
        where TRequest : class
        where TAnswer : class => new(
        type,
        AgentStatusService.Descriptor.FullName,
        name,
        Marshallers.Create<TRequest>((_, _) => throw new NotSupportedException("A server sends no requests."), read),
        Marshallers.Create<TAnswer>(write, _ => throw new NotSupportedException("A server reads no answers.")));

    /// <summary>Without the fields that the type does not have: the parser would keep them, at a hundred times their
    /// length, for as long as the request is under way.</summary>
    private static Func<DeserializationContext, T> Read<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        var known = parser.WithDiscardUnknownFields(true);
        return context => known.ParseFrom(context.PayloadAsReadOnlySequence());
    }

    public static void Write<T>(T answer, SerializationContext context)
        where T : IBufferMessage
    {
        context.SetPayloadLength(answer.CalculateSize());
        answer.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
