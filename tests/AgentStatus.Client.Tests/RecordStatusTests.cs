using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests;

public sealed class RecordStatusTests : FakeServerTests
{
    private static readonly RecordStatusRequest Offline = new()
    {
        CompanyId = 280197,
        AgentId = 380171,
        Status = Status.Offline,
        Origin = StatusOrigin.Agent,
    };

    [Fact]
    public async Task A_request_with_an_event_id_goes_out_as_it_is_and_stays_the_callers()
    {
        using var client = Server.Connect();
        var request = new RecordStatusRequest(Offline)
        {
            OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2025-10-01T08:58:12.345+02:00")),
            EventId = "mine",
        };

        var recorded = await client.RecordStatusAsync(request);
        await client.RecordStatusAsync(Offline);

        Assert.Equal("mine", recorded.EventId);
        Assert.Equal(request, Server.Service.Recorded.First());
        Assert.Empty(Offline.EventId);
    }

    [Fact]
    public async Task All_attempts_of_a_request_carry_one_event_id_and_the_next_request_another()
    {
        var failures = 3;
        Server.Service.OnRecord = (request, _) => Interlocked.Decrement(ref failures) >= 0
            ? throw Errors.Of(StatusCode.Unavailable)
            : Task.FromResult(new RecordStatusResponse { EventId = request.EventId });
        using var client = Server.Connect();

        var first = await client.RecordStatusAsync(Offline);
        var second = await client.RecordStatusAsync(Offline);

        Assert.Equal(5, Server.Service.Recorded.Count);
        Assert.All(Server.Service.Recorded.Take(4), request => Assert.Equal(first.EventId, request.EventId));
        Assert.Equal(7, Guid.Parse(first.EventId).Version);
        Assert.NotEqual(first.EventId, second.EventId);
        Assert.Null(Server.Service.Recorded.First().OccurredAt);
    }

    [Fact]
    public async Task An_unavailable_server_is_asked_MaxAttempts_times()
    {
        Server.Service.OnRecord = (_, _) => throw Errors.Of(StatusCode.Unavailable);
        using var client = Server.Connect(options => options.MaxAttempts = 3);

        var error = await Assert.ThrowsAsync<RpcException>(() => client.RecordStatusAsync(Offline));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal(3, Server.Service.Recorded.Count);
    }

    [Fact]
    public async Task A_full_server_is_asked_again_after_the_pause_that_it_names_with_the_same_event_id()
    {
        var failures = 2;
        Server.Service.OnRecord = (_, _) => Interlocked.Decrement(ref failures) >= 0
            ? throw Errors.Full(retryDelay: TimeSpan.FromMilliseconds(2))
            : Task.FromResult(new RecordStatusResponse());
        using var client = Server.Connect();

        await client.RecordStatusAsync(Offline);

        Assert.Equal(3, Server.Service.Recorded.Count);
        Assert.Single(Server.Service.Recorded.Select(request => request.EventId).Distinct());
    }

    [Fact]
    public async Task A_full_server_that_names_a_pause_beyond_the_deadline_is_not_asked_again()
    {
        Server.Service.OnRecord = (_, _) => throw Errors.Full(retryDelay: TimeSpan.FromHours(1));
        using var client = Server.Connect();

        var error = await Assert.ThrowsAsync<RpcException>(() => client.RecordStatusAsync(Offline));

        Assert.Equal(TimeSpan.FromHours(1), error.GetRetryDelay());
        Assert.Single(Server.Service.Recorded);
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.AlreadyExists)]
    [InlineData(StatusCode.Internal)]
    public async Task Other_errors_are_not_tried_again(StatusCode code)
    {
        Server.Service.OnRecord = (_, _) => throw Errors.Of(code);
        using var client = Server.Connect();

        var error = await Assert.ThrowsAsync<RpcException>(() => client.RecordStatusAsync(Offline));

        Assert.Equal(code, error.StatusCode);
        Assert.Single(Server.Service.Recorded);
        Assert.Empty(error.GetFieldViolations());
        Assert.Null(error.GetRetryDelay());
    }

    [Fact]
    public async Task A_refused_request_names_every_field_at_fault()
    {
        Server.Service.OnRecord = (_, _) =>
            throw Errors.Bad(("agent_id", "must be 1 or more"), ("status", "is missing"));
        using var client = Server.Connect();

        var error = await Assert.ThrowsAsync<RpcException>(() => client.RecordStatusAsync(Offline));

        Assert.Equal(
            [("agent_id", "must be 1 or more"), ("status", "is missing")],
            error.GetFieldViolations().Select(fault => (fault.Field, fault.Description)));
    }

    [Fact]
    public void Details_that_are_not_ours_are_not_field_violations()
    {
        var error = new RpcException(
            new(StatusCode.InvalidArgument, ""), new Metadata { { "grpc-status-details-bin", [0xFF, 0xFF] } });

        Assert.Empty(error.GetFieldViolations());
    }
}
