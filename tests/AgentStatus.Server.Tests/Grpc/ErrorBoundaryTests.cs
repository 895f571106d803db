using AgentStatus.Server.Access;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Whatever is thrown while a message is read, by a handler, or while the answer is written: a fault of ours
/// is INTERNAL and logged once, what the client did is its own and not logged as an error. For unary RPCs and for
/// streams.</summary>
public sealed class ErrorBoundaryTests
{
    private static readonly Exception OurFault = new InvalidOperationException("our fault");

    public static TheoryData<bool> Kinds => [false, true];

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task A_failure_while_a_message_is_read_is_INTERNAL(bool stream) =>
        AssertOurFaultAsync(stream, new() { WhileReading = OurFault });

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task A_failure_of_a_handler_is_INTERNAL(bool stream) =>
        AssertOurFaultAsync(stream, new() { InHandler = OurFault });

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task A_failure_while_the_answer_is_written_is_INTERNAL(bool stream) =>
        AssertOurFaultAsync(stream, new() { WhileWriting = OurFault });

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_message_that_is_no_protobuf_is_INVALID_ARGUMENT(bool stream)
    {
        var malformed = Assert.Throws<InvalidProtocolBufferException>(() => V1.RingTarget.Parser.ParseFrom([0xFF]));
        var (status, errors) = await SendAsync(stream, new() { WhileReading = malformed });
        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Contains(malformed.Message, status.Detail);
        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_store_that_fails_is_UNAVAILABLE(bool stream)
    {
        var (status, errors) = await SendAsync(stream, new() { InHandler = new StoreException("the disk is full") });
        Assert.Equal((StatusCode.Unavailable, "the disk is full"), (status.StatusCode, status.Detail));
        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_refusal_is_told_as_it_is(bool stream)
    {
        var (status, errors) = await SendAsync(stream, new() { InHandler = Refusals.QueueFull() });
        Assert.Equal(Refusals.QueueFull().Status, status);
        Assert.Empty(errors);
    }

    private static async Task AssertOurFaultAsync(bool stream, Failures failures)
    {
        var (status, errors) = await SendAsync(stream, failures);
        Assert.Equal(Refusals.OurFault().Status, status);
        Assert.Contains("our fault", Assert.Single(errors));
    }

    private static async Task<(global::Grpc.Core.Status Status, IEnumerable<string> Errors)> SendAsync(
        bool stream, Failures failures)
    {
        var log = new LogLines();
        await using var app = await StartAsync(failures, log);
        using var channel = GrpcChannel.ForAddress(app.Urls.Single());
        var method = Failures.Method(
            stream ? MethodType.DuplexStreaming : MethodType.Unary, Marshallers.StringMarshaller);
        var invoker = channel.CreateCallInvoker();
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            if (!stream)
            {
                await invoker.AsyncUnaryCall(method, null, default, "a");
                return;
            }

            using var exchange = invoker.AsyncDuplexStreamingCall(method, null, default);
            await exchange.RequestStream.WriteAsync("a");
            await exchange.ResponseStream.MoveNext(CancellationToken.None);
        });
        await app.StopAsync();

        // What the client found out by itself is in the exception; the status is what the server said.
        return (new(refused.StatusCode, refused.Status.Detail), log.Errors);
    }

    private static async Task<WebApplication> StartAsync(Failures failures, LogLines log)
    {
        var builder = StandardServicesHost.CreateBuilder(log);
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Instruments>();
        builder.Services.AddSingleton(CompanyPartition.Whole);
        builder.Services.AddAccess(new AuthenticationOptions());
        builder.Services.AddSingleton<AccessGate>();
        builder.Services.AddSingleton<ErrorBoundary>();
        var app = builder.Build();
        var boundary = app.Services.GetRequiredService<ErrorBoundary>();
        failures.Bind(boundary);
        app.MapGrpcService(boundary.Build());
        await app.StartAsync();
        return app;
    }

    /// <summary>What goes wrong.</summary>
    private sealed class Failures
    {
        public Exception? WhileReading { get; init; }

        public Exception? InHandler { get; init; }

        public Exception? WhileWriting { get; init; }

        public static Method<string, string> Method(MethodType type, Marshaller<string> marshaller) =>
            new(type, "test.Service", type.ToString(), marshaller, marshaller);

        public void Bind(ServiceBinderBase binder)
        {
            var whole = Marshallers.StringMarshaller;
            var broken = Marshallers.Create(
                (text, context) =>
                {
                    if (WhileWriting is not null) throw WhileWriting;
                    whole.ContextualSerializer(text, context);
                },
                context => WhileReading is null ? whole.ContextualDeserializer(context) : throw WhileReading);
            binder.AddMethod(
                Method(MethodType.Unary, broken),
                (request, _) => InHandler is null ? Task.FromResult(request) : throw InHandler);
            binder.AddMethod(
                Method(MethodType.DuplexStreaming, broken),
                async (requests, responses, _) =>
                {
                    await requests.MoveNext(CancellationToken.None);
                    if (InHandler is not null) throw InHandler;
                    await responses.WriteAsync(requests.Current);
                });
        }
    }
}
