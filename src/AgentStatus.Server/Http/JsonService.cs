using AgentStatus.Server.Grpc;
using AgentStatus.Server.Memory;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Http;

/// <summary>The service in generated types, as JSON transcoding needs it; <see cref="AgentStatusGrpcService"/> does the
/// work. Where that writes an answer's bytes itself, they are read as the generated message, or become JSON where they
/// are many: JSON cannot say anything else than gRPC.</summary>
/// <param name="service">Asks the domain.</param>
/// <param name="large">Places for large answers.</param>
/// <param name="threads">Make JSON of breakdowns.</param>
/// <param name="boundary">Makes statuses of exceptions.</param>
internal sealed class JsonService(
    AgentStatusGrpcService service, BreakdownGate large, LowPriorityThreads threads, ErrorBoundary boundary)
    : AgentStatusService.AgentStatusServiceBase
{
    /// <summary>For the transcoder, which must have a message: the answer is on its way.</summary>
    private static readonly GetBreakdownResponse Sent = new();

    public override Task<RecordStatusResponse> RecordStatus(RecordStatusRequest request, ServerCallContext context) =>
        boundary.RunAsync(request, service.RecordStatus, context);

    public override Task<RecordStatusesResponse> RecordStatuses(
        RecordStatusesRequest request, ServerCallContext context) =>
        boundary.RunAsync(request, service.RecordStatuses, context);

    public override Task<RetractStatusResponse> RetractStatus(
        RetractStatusRequest request, ServerCallContext context) =>
        boundary.RunAsync(request, service.RetractStatus, context);

    public override Task<ListStatusEventsResponse> ListStatusEvents(
        ListStatusEventsRequest request, ServerCallContext context) =>
        boundary.RunAsync(request, service.ListStatusEvents, context);

    public override Task<ClassifyRingTargetResponse> ClassifyRingTarget(
        ClassifyRingTargetRequest request, ServerCallContext context) =>
        boundary.RunAsync(
            request,
            async (request, context) =>
            {
                var answer = await service.ClassifyRingTarget(
                    RingRequest.ReadRing(new RequestBytes(request)), context);
                return Read(ClassifyRingTargetResponse.Parser, answer.SendTo);
            },
            context);

    public override Task<ClassifyRingTargetsResponse> ClassifyRingTargets(
        ClassifyRingTargetsRequest request, ServerCallContext context) =>
        boundary.RunAsync(
            request,
            async (request, context) =>
            {
                var answer = await service.ClassifyRingTargets(
                    RingRequest.ReadGroup(new RequestBytes(request)), context);
                return Read(ClassifyRingTargetsResponse.Parser, answer.SendTo);
            },
            context);

    public override Task<GetCallStepsResponse> GetCallSteps(GetCallStepsRequest request, ServerCallContext context) =>
        boundary.RunAsync(request, service.GetCallSteps, context);

    public override Task<ListCallsResponse> ListCalls(ListCallsRequest request, ServerCallContext context) =>
        boundary.RunAsync(request, service.ListCalls, context);

    public override async Task<GetBreakdownResponse> GetBreakdown(
        GetBreakdownRequest request, ServerCallContext context)
    {
        try
        {
            return await boundary.RunAsync(
                request,
                async (request, context) =>
                {
                    var http = await large.TakeAsync(context);
                    var page = await service.GetBreakdown(request, context);
                    await new BreakdownAnswer(Bytes(page.SendTo)).SendAsync(http, threads);
                    return Sent;
                },
                context);
        }
        catch (RpcException)
        {
            BreakdownAnswer.BreakOff(context.GetHttpContext());
            throw;
        }
    }

    public override Task<GetCompanyHoursResponse> GetCompanyHours(
        GetCompanyHoursRequest request, ServerCallContext context) =>
        boundary.RunAsync(
            request,
            async (request, context) =>
            {
                await large.TakeAsync(context);
                return await service.GetCompanyHours(request, context);
            },
            context);

    public override Task WatchStatuses(
        WatchStatusesRequest request,
        IServerStreamWriter<WatchStatusesResponse> responses,
        ServerCallContext context) =>
        boundary.RunAsync(request, responses, service.WatchStatuses, context);

    private static T Read<T>(MessageParser<T> parser, Action<SerializationContext> send)
        where T : IMessage<T> => parser.ParseFrom(Bytes(send).Span);

    private static ReadOnlyMemory<byte> Bytes(Action<SerializationContext> send)
    {
        var bytes = new AnswerBytes();
        send(bytes);
        return bytes.Written;
    }
}
