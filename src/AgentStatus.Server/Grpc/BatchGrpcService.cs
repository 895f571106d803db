using System.Buffers;
using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>RecordStatuses, whose requests may be longer than others' (<see cref="ServerLimits.BatchRequestBytes"/>):
/// gRPC has that limit for a class. The same RPC of the same service for clients;
/// <see cref="AgentStatusGrpcService"/> does the work.</summary>
[BindServiceMethod(typeof(BatchGrpcService), nameof(BindService))]
internal class BatchGrpcService(AgentStatusGrpcService service, ErrorBoundary boundary)
{
    private static readonly MessageParser<RecordStatusesRequest> Parser =
        RecordStatusesRequest.Parser.WithDiscardUnknownFields(true);

    /// <summary>gRPC asks for it, with no instance. The message is read by the handler, where the boundary
    /// is.</summary>
    public static void BindService(ServiceBinderBase binder, BatchGrpcService? _) => binder.AddMethod(
        new Method<byte[], RecordStatusesResponse>(
            MethodType.Unary,
            AgentStatusService.Descriptor.FullName,
            nameof(RecordStatuses),
            Marshallers.Create<byte[]>(
                (_, _) => throw new NotSupportedException("A server sends no requests."),
                context => context.PayloadAsReadOnlySequence().ToArray()),
            Marshallers.Create<RecordStatusesResponse>(
                AgentStatusGrpcService.Write, _ => throw new NotSupportedException("A server reads no answers."))),
        (UnaryServerMethod<byte[], RecordStatusesResponse>?)null);

    /// <remarks>Virtual, as gRPC asks of what it finds by name.</remarks>
    public virtual Task<RecordStatusesResponse> RecordStatuses(byte[] request, ServerCallContext context) =>
        boundary.RunAsync(() => Parse(request), service.RecordStatuses, context);

    private static RecordStatusesRequest Parse(byte[] request)
    {
        try
        {
            return Parser.ParseFrom(request);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw Refusals.Malformed(malformed.Message);
        }
    }
}
