using AgentStatus.Storage;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace AgentStatus.Server.Calls;

/// <summary>
/// The one place that turns an exception into a status. Handlers throw <see cref="RpcException"/> for what a caller did; this is
/// for what happened to us.
/// </summary>
internal sealed class ErrorInterceptor(ILogger<ErrorInterceptor> logger) : Interceptor
{
    /// <summary>A call that is answered at once, as nearly all are, costs no state machine.</summary>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var answer = continuation(request, context);
            return answer.IsCompletedSuccessfully ? answer : AnswerLaterAsync(answer, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    }

    private async Task<TResponse> AnswerLaterAsync<TResponse>(Task<TResponse> answer, ServerCallContext context)
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
        if (failure is SpoolFullException full) return Refusals.SpoolFull(full.Message);
        if (failure is not StoreException) Log.CallFailed(logger, context.Method, failure);
        return Refusals.Unavailable(failure is StoreException ? failure.Message : "the server failed; its log says why");
    }
}
