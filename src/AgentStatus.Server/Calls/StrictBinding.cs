using AgentStatus.Server.Calls.Packed;
using AgentStatus.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>
/// Binds a service as generated, but with requests that are no protobuf answered with INVALID_ARGUMENT: by default the
/// exception of the parser would become UNKNOWN, and no input may yield that.
/// </summary>
internal static class StrictBinding
{
    /// <summary>
    /// For <see cref="BindServiceMethodAttribute"/>. The second parameter is the generated base: the handlers are looked up by
    /// what it declares. It is null when MapGrpcService binds. Without what <see cref="RingGroupService"/> binds.
    /// </summary>
    public static void Bind(ServiceBinderBase binder, AgentStatusService.AgentStatusServiceBase service) =>
        AgentStatusService.BindService(new StrictBinder(binder, RingGroupService.Has), service);

    /// <summary>A binder that makes every method strict before it is bound.</summary>
    public static ServiceBinderBase Over(ServiceBinderBase binder) => new StrictBinder(binder, _ => false);

    private sealed class StrictBinder(ServiceBinderBase inner, Predicate<IMethod> isBoundElsewhere) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            if (!isBoundElsewhere(method)) inner.AddMethod(Strict(method), handler);
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            if (!isBoundElsewhere(method)) inner.AddMethod(Strict(method), handler);
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            if (!isBoundElsewhere(method)) inner.AddMethod(Strict(method), handler);
        }
    }

    private static Method<TRequest, TResponse> Strict<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var parse = method.RequestMarshaller.ContextualDeserializer;
        var marshaller = Marshallers.Create(
            method.RequestMarshaller.ContextualSerializer,
            context =>
            {
                try
                {
                    return parse(context);
                }
                catch (InvalidProtocolBufferException malformed)
                {
                    throw Refusals.Malformed(typeof(TRequest).Name, malformed);
                }
            });
        return new(method.Type, method.ServiceName, method.Name, marshaller, method.ResponseMarshaller);
    }
}
