using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Sends any bytes as a request.</summary>
internal static class RawRequests
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create((byte[] bytes) => bytes, bytes => bytes);

    /// <summary>All unary RPCs of the contract: one that the server does not bind is UNIMPLEMENTED.</summary>
    public static IReadOnlyList<string> Unary { get; } =
        [.. AgentStatusService.Descriptor.Methods.Where(rpc => !rpc.IsClientStreaming).Select(rpc => rpc.Name)];

    public static async Task<StatusCode> SendAsync(CallInvoker invoker, string method, byte[] request)
    {
        try
        {
            await invoker.AsyncUnaryCall(Method(MethodType.Unary, method), null, default, request);
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    public static async Task<StatusCode> StreamAsync(CallInvoker invoker, params byte[][] requests)
    {
        using var stream = invoker.AsyncDuplexStreamingCall(
            Method(MethodType.DuplexStreaming, "StreamRingTargets"), null, default);
        try
        {
            foreach (var request in requests) await stream.RequestStream.WriteAsync(request);
            await stream.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // A server that refuses may have done so before all is sent: the answer says why.
        }

        try
        {
            while (await stream.ResponseStream.MoveNext(CancellationToken.None))
            {
            }

            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    private static Method<byte[], byte[]> Method(MethodType type, string name) =>
        new(type, AgentStatusService.Descriptor.FullName, name, Bytes, Bytes);
}
