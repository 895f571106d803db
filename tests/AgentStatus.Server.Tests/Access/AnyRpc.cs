using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Access;

/// <summary>Asks any RPC by its descriptor, with a request that has a company and nothing else.</summary>
internal static class AnyRpc
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>All RPCs of the contract, of whatever service: what is generated is looked through for them.</summary>
    public static IEnumerable<MethodDescriptor> All { get; } =
    [
        .. typeof(AgentStatusService).Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", typeof(FileDescriptor))?.GetValue(null))
            .OfType<FileDescriptor>()
            .SelectMany(file => file.Services).SelectMany(service => service.Methods),
    ];

    public static AccessRule RuleOf(MethodDescriptor rpc) => rpc.GetOptions().GetExtension(AccessExtensions.Access);

    /// <summary>Whether a request can name a company at all.</summary>
    public static bool NamesCompany(MethodDescriptor rpc) => RuleOf(rpc).CompanyField.Length > 0;

    public static IMessage Request(MethodDescriptor rpc, long companyId)
    {
        var request = (IMessage)Activator.CreateInstance(rpc.InputType.ClrType)!;
        if (NamesCompany(rpc))
            rpc.InputType.FindFieldByName(RuleOf(rpc).CompanyField).Accessor.SetValue(request, companyId);
        return request;
    }

    /// <summary>How the RPC ends, or OK where the first answer came. An answer that says of itself that it was refused
    /// ends it so.</summary>
    public static async Task<(StatusCode Code, string Message, string? Reason)> AskAsync(
        CallInvoker invoker, MethodDescriptor rpc, IMessage request)
    {
        var type = (rpc.IsClientStreaming, rpc.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            (true, true) => MethodType.DuplexStreaming,
            (true, false) => MethodType.ClientStreaming,
        };
        var method = new Method<byte[], byte[]>(type, rpc.Service.FullName, rpc.Name, Bytes, Bytes);
        var options = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Until.Limit);
        try
        {
            var answer = rpc.OutputType.Parser.ParseFrom(
                await FirstAnswerAsync(invoker, method, options, request.ToByteArray()));
            var error = rpc.OutputType.FindFieldByName("error")?.Accessor.GetValue(answer) as RingTargetsError;
            return error is null ? (StatusCode.OK, "", null) : ((StatusCode)error.Code, error.Message, null);
        }
        catch (RpcException refused)
        {
            var reason = refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;
            return (refused.StatusCode, refused.Status.Detail, reason);
        }
    }

    private static async Task<byte[]> FirstAnswerAsync(
        CallInvoker invoker, Method<byte[], byte[]> method, CallOptions options, byte[] request)
    {
        switch (method.Type)
        {
            case MethodType.Unary:
                return await invoker.AsyncUnaryCall(method, null, options, request);
            case MethodType.ServerStreaming:
                using (var stream = invoker.AsyncServerStreamingCall(method, null, options, request))
                    return await stream.ResponseStream.MoveNext() ? stream.ResponseStream.Current : [];
            case MethodType.DuplexStreaming:
                using (var stream = invoker.AsyncDuplexStreamingCall(method, null, options))
                {
                    try
                    {
                        await stream.RequestStream.WriteAsync(request);
                    }
                    catch (RpcException)
                    {
                        // The answer was there first, and says why.
                    }

                    return await stream.ResponseStream.MoveNext() ? stream.ResponseStream.Current : [];
                }

            default:
                using (var stream = invoker.AsyncClientStreamingCall(method, null, options))
                {
                    await stream.RequestStream.WriteAsync(request);
                    await stream.RequestStream.CompleteAsync();
                    return await stream.ResponseAsync;
                }
        }
    }
}
