using AgentStatus.Server.Hosting;
using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>
/// Binds services as generated, but with <see cref="CallErrors"/> around each handler, and with requests that are no
/// protobuf answered with INVALID_ARGUMENT: the exception of the parser would become UNKNOWN, and no input may yield
/// that. The handlers are bound themselves, and not their class: no call resolves it from a scope of its own.
/// </summary>
internal sealed class StrictBinder(CallErrors errors) : ServiceBinderBase
{
    private readonly ServerServiceDefinition.Builder _methods = ServerServiceDefinition.CreateBuilder();

    /// <summary>The service, ready to be mapped.</summary>
    /// <param name="bind">The generated BindService.</param>
    /// <param name="service">Handles the calls of all threads.</param>
    /// <param name="errors">What happens to exceptions.</param>
    public static ServerServiceDefinition Define<TService>(
        Action<ServiceBinderBase, TService> bind, TService service, CallErrors errors)
    {
        var binder = new StrictBinder(errors);
        bind(binder, service);
        return binder._methods.Build();
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        _methods.AddMethod(Strict(method), errors.Around(handler!));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        _methods.AddMethod(Strict(method), errors.Around(handler!));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        _methods.AddMethod(Strict(method), errors.Around(handler!));

    private static Method<TRequest, TResponse> Strict<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var parse = KnownFields.Reader<TRequest>() ?? method.RequestMarshaller.ContextualDeserializer;
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
