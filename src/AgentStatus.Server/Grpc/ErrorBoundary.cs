using Google.Protobuf;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>The one place that turns an exception into a status, whether it is thrown while a message is read, by the
/// handler, or while the answer is written. Binds the methods of a service with this around each of them: an
/// interceptor sees handlers only. What the caller did is an <see cref="RpcException"/> already; a fault of ours is
/// logged once, and is INTERNAL. Here is also checked, of each request, whether its caller may ask it.</summary>
internal sealed class ErrorBoundary(
    AccessGate access, ILogger<ErrorBoundary> logger, IHostApplicationLifetime lifetime)
    : ServiceBinderBase
{
    private readonly ServerServiceDefinition.Builder _methods = ServerServiceDefinition.CreateBuilder();

    /// <summary>The methods that were added, ready to be mapped.</summary>
    public ServerServiceDefinition Build() => _methods.Build();

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var check = access.CheckOf<TRequest>(method.FullName);
        _methods.AddMethod(Around(method), (request, context) =>
        {
            try
            {
                check?.Invoke(request, context);

                // Nearly all are answered at once: they cost nothing here.
                var answer = handler!(request, context);
                return answer.IsCompletedSuccessfully ? answer : RunAsync(() => answer, context);
            }
            catch (Exception failure) when (failure is not RpcException)
            {
                throw Translate(failure, context);
            }
        });
    }

    /// <summary>Each request of the stream is checked by its handler, which refuses that one alone.</summary>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        _methods.AddMethod(Around(method), (requests, responses, context) => RunAsync(
            async () =>
            {
                using var stoppable = new StoppableReads<TRequest>(
                    requests, lifetime.ApplicationStopping, access.WatchEnd(context));
                await handler!(stoppable, responses, context);
            },
            context));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var check = access.CheckOf<TRequest>(method.FullName);
        _methods.AddMethod(Around(method), (request, responses, context) =>
            RunAsync(check, request, responses, handler!, context));
    }

    /// <summary>Runs the handler of a method that is bound elsewhere.</summary>
    public Task<TResponse> RunAsync<TRequest, TResponse>(
        TRequest request, UnaryServerMethod<TRequest, TResponse> handler, ServerCallContext context)
        where TRequest : class
        where TResponse : class => RunAsync(() => request, handler, context);

    /// <summary>The same where the request is yet to be read.</summary>
    public Task<TResponse> RunAsync<TRequest, TResponse>(
        Func<TRequest> read, UnaryServerMethod<TRequest, TResponse> handler, ServerCallContext context)
        where TRequest : class
        where TResponse : class =>
        RunAsync(
            () =>
            {
                var request = read();
                access.CheckOf<TRequest>(context.Method)?.Invoke(request, context);
                return handler(request, context);
            },
            context);

    /// <summary>The same for a stream.</summary>
    public Task RunAsync<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responses,
        ServerStreamingServerMethod<TRequest, TResponse> handler, ServerCallContext context)
        where TRequest : class
        where TResponse : class =>
        RunAsync(access.CheckOf<TRequest>(context.Method), request, responses, handler, context);

    private Task RunAsync<TRequest, TResponse>(
        Action<TRequest, ServerCallContext>? check, TRequest request, IServerStreamWriter<TResponse> responses,
        ServerStreamingServerMethod<TRequest, TResponse> handler, ServerCallContext context)
        where TRequest : class
        where TResponse : class =>
        RunAsync(
            () =>
            {
                check?.Invoke(request, context);
                return handler(request, access.WhileValid(responses, context), context);
            },
            context);

    /// <summary>Runs a part of a handler, so that its failure is a status already.</summary>
    public async Task<TResponse> RunAsync<TResponse>(Func<Task<TResponse>> handler, ServerCallContext context)
    {
        try
        {
            return await handler();
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    }

    private async Task RunAsync(Func<Task> handler, ServerCallContext context)
    {
        try
        {
            await handler();
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Translate(failure, context);
        }
    }

    private Method<TRequest, TResponse> Around<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var read = method.RequestMarshaller.ContextualDeserializer;
        var write = method.ResponseMarshaller.ContextualSerializer;
        var requests = Marshallers.Create(
            method.RequestMarshaller.ContextualSerializer,
            context =>
            {
                try
                {
                    return read(context);
                }
                catch (InvalidProtocolBufferException malformed)
                {
                    throw Refusals.Malformed(malformed.Message);
                }
                catch (Exception failure) when (failure is not RpcException)
                {
                    throw OurFault(failure, method.FullName);
                }
            });
        var responses = Marshallers.Create(
            (response, context) =>
            {
                try
                {
                    write(response, context);
                }
                catch (Exception failure) when (failure is not (RpcException or OperationCanceledException))
                {
                    throw OurFault(failure, method.FullName);
                }
            },
            method.ResponseMarshaller.ContextualDeserializer);
        return new(method.Type, method.ServiceName, method.Name, requests, responses);
    }

    private RpcException Translate(Exception failure, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested) return Refusals.Cancelled();
        return failure switch
        {
            SpoolFullException full => Refusals.SpoolFull(full.ForClients),
            StoreException store => Refusals.Unavailable(store.ForClients),
            _ => OurFault(failure, context.Method),
        };
    }

    private RpcException OurFault(Exception failure, string method)
    {
        Log.RpcFailed(logger, method, failure);
        return Refusals.OurFault();
    }
}
