using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Grpc.StandIns.Tests.Words;

namespace Grpc.StandIns.Tests;

public sealed class CallOutcomeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_failure_brings_status_details_and_trailers()
    {
        await using var server = await WordServer.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await server.OpenClient().ShoutAsync(new Word { Text = WordService.Fail }));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal("not today", failure.Status.Detail);
        Assert.Equal(WordService.Details, failure.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal("test", failure.Trailers.GetValue("reason"));
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var server = await WordServer.StartAsync();
        var client = server.OpenClient();
        await client.ShoutAsync(new Word()); // Connects, so that the time below is the call's alone.
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(2);

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await client.ShoutAsync(new Word { Text = WordService.Wait }, deadline: deadline));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await server.Service.Cancelled.Task.WaitAsync(Limit);
        Assert.Equal(deadline, server.Service.Calls.Last().Deadline, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Without_a_deadline_the_service_sees_none()
    {
        await using var server = await WordServer.StartAsync();

        await server.OpenClient().ShoutAsync(new Word { Text = "hello" });

        Assert.Equal(DateTime.MaxValue, server.Service.Calls.Single().Deadline);
    }

    [Fact]
    public async Task Cancelling_a_stream_reaches_the_service()
    {
        await using var server = await WordServer.StartAsync();
        using var cancellation = new CancellationTokenSource();
        using var call = server.OpenClient()
            .Spell(new Word { Text = WordService.Wait }, cancellationToken: cancellation.Token);

        Assert.True(await call.ResponseStream.MoveNext());
        await cancellation.CancelAsync();
        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await call.ResponseStream.ReadAllAsync().CountAsync());

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await server.Service.Cancelled.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task Disposing_a_call_cancels_it()
    {
        await using var server = await WordServer.StartAsync();
        var call = server.OpenClient().Spell(new Word { Text = WordService.Wait });

        Assert.True(await call.ResponseStream.MoveNext());
        call.Dispose();

        await server.Service.Cancelled.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_retry_policy_makes_the_call_again()
    {
        var retries = new MethodConfig
        {
            Names = { MethodName.Default },
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = 3,
                InitialBackoff = TimeSpan.FromMilliseconds(1),
                MaxBackoff = TimeSpan.FromMilliseconds(10),
                BackoffMultiplier = 1,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        await using var server = await WordServer.StartAsync();
        var client = server.OpenClient(
            new GrpcChannelOptions { ServiceConfig = new ServiceConfig { MethodConfigs = { retries } } });

        var answer = await client.ShoutAsync(new Word { Text = WordService.FailTwice });

        Assert.Equal("FAIL TWICE", answer.Text);
        Assert.Equal(
            [null, "1", "2"],
            server.Service.Calls.Select(call => call.Headers.GetValue("grpc-previous-rpc-attempts")));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_Unavailable_with_the_cause()
    {
        var server = await WordServer.StartAsync();
        await server.DisposeAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await new Words.WordService.WordServiceClient(channel).ShoutAsync(new Word()));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotNull(failure.Status.DebugException);
    }
}
