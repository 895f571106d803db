using Google.Protobuf.Reflection;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Sends any bytes as a request.</summary>
internal static class RawRequests
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create((byte[] bytes) => bytes, bytes => bytes);

    /// <summary>All unary RPCs of the contract: one that the server does not bind is UNIMPLEMENTED.</summary>
    public static IReadOnlyList<string> Unary { get; } =
        [.. AgentStatusService.Descriptor.Methods.Where(rpc => !rpc.IsClientStreaming).Select(rpc => rpc.Name)];

    /// <summary>Sends the messages to any RPC, of which one that does not stream has one, and reads some of the
    /// answer.</summary>
    public static async Task<StatusCode> SendAsync(ChannelBase channel, MethodDescriptor rpc, byte[][] requests)
    {
        var invoker = channel.CreateCallInvoker();
        try
        {
            if (rpc.IsClientStreaming)
            {
                using var stream = invoker.AsyncDuplexStreamingCall(
                    Method(MethodType.DuplexStreaming, rpc.Name, rpc.Service.FullName), null, default);
                return await ExchangeAsync(stream, requests);
            }

            if (!rpc.IsServerStreaming)
            {
                var unary = Method(MethodType.Unary, rpc.Name, rpc.Service.FullName);
                await invoker.AsyncUnaryCall(unary, null, default, requests[0]);
                return StatusCode.OK;
            }

            using var answers = invoker.AsyncServerStreamingCall(
                Method(MethodType.ServerStreaming, rpc.Name, rpc.Service.FullName), null, default, requests[0]);
            await answers.ResponseStream.MoveNext(CancellationToken.None);
            return StatusCode.OK;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

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
        return await ExchangeAsync(stream, requests);
    }

    private static async Task<StatusCode> ExchangeAsync(
        AsyncDuplexStreamingCall<byte[], byte[]> stream, byte[][] requests)
    {
        try
        {
            foreach (var request in requests) await stream.RequestStream.WriteAsync(request);
            await stream.RequestStream.CompleteAsync();
        }
        catch (Exception failure) when (failure is RpcException or IOException)
        {
            // A server that refuses, by gRPC or by HTTP/2, may have done so before all is sent: the answer says why.
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

    private static Method<byte[], byte[]> Method(MethodType type, string name, string? service = null) =>
        new(type, service ?? AgentStatusService.Descriptor.FullName, name, Bytes, Bytes);
}
