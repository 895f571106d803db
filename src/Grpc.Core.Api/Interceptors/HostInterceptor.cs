namespace Grpc.Core.Interceptors;

/// <summary>Addresses another host, for <see cref="ClientBase{T}.WithHost" />.</summary>
internal sealed class HostInterceptor(string host) : ContextInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Change<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context) =>
        new(context.Method, host, context.Options);
}
