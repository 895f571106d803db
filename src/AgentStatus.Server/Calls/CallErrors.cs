using AgentStatus.Storage;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>
/// The one place that turns an exception into a status. Handlers throw <see cref="RpcException"/> for what a caller
/// did; this is for what happened to us. Wrapped around each handler, and not an interceptor: a call that is answered
/// at once, as nearly all are, costs nothing.
/// </summary>
internal sealed class CallErrors(ILogger<CallErrors> logger)
{
    public UnaryServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => (request, context) =>
    {
        try
        {
            var answer = handler(request, context);
            return answer.IsCompletedSuccessfully ? answer : AwaitAsync(answer, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    };

    public ServerStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => async (request, responses, context) =>
    {
        try
        {
            await handler(request, responses, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    };

    public DuplexStreamingServerMethod<TRequest, TResponse> Around<TRequest, TResponse>(
        DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => async (requests, responses, context) =>
    {
        try
        {
            await handler(requests, responses, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    };

    private async Task<TResponse> AwaitAsync<TResponse>(Task<TResponse> answer, ServerCallContext context)
    {
        try
        {
            return await answer;
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    }

    private RpcException Translate(Exception failure, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested)
            return new RpcException(new Grpc.Core.Status(StatusCode.Cancelled, "the call was cancelled"));
        if (failure is SpoolFullException full) return Refusals.SpoolFull(full.ForClients);
        if (failure is not StoreException) Log.CallFailed(logger, context.Method, failure);
        return Refusals.Unavailable(failure is StoreException store ? store.ForClients : "the server failed; its log says why");
    }
}
