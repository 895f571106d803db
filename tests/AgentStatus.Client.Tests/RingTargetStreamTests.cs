namespace AgentStatus.Client.Tests;

public sealed class RingTargetStreamTests : FakeServerTests
{
    [Fact]
    public async Task Every_caller_gets_its_own_answer_whatever_the_order()
    {
        const int callers = 100;
        Server.Service.OnStream = async stream =>
        {
            var requests = new Stack<StreamRingTargetsRequest>();
            while (requests.Count < callers) requests.Push(await stream.NextAsync());
            foreach (var request in requests) await stream.AnswerAsync(request);
            await stream.AnswerAllAsync();
        };
        using var client = Server.Connect();
        await using var session = client.OpenRingTargetStream();

        var agents = Enumerable.Range(1, callers);
        var answers = await Task.WhenAll(agents.Select(agent => session.AskAsync(agent)));

        Assert.Equal(agents.Select(agent => $"of {agent}"), answers);
    }

    [Fact]
    public async Task A_refused_request_fails_alone_and_the_stream_goes_on()
    {
        var streams = 0;
        Server.Service.OnStream = async stream =>
        {
            streams++;
            await stream.RefuseAsync(await stream.NextAsync(), new RingTargetsError
            {
                Code = (int)StatusCode.InvalidArgument,
                Message = "targets[0].agent_id must be 1 or more",
                Fields = { new FieldFault { Field = "targets[0].agent_id", Description = "must be 1 or more" } },
            });
            await stream.AnswerAllAsync();
        };
        using var client = Server.Connect();
        await using var session = client.OpenRingTargetStream();

        var error = await Assert.ThrowsAsync<RpcException>(() => session.AskAsync(0));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        var fault = Assert.Single(error.GetFieldViolations());
        Assert.Equal(("targets[0].agent_id", "must be 1 or more"), (fault.Field, fault.Description));
        Assert.Equal("of 2", await session.AskAsync(2));
        Assert.Equal(1, streams);
    }

    [Fact]
    public async Task Never_more_than_MaxOutstanding_requests_are_unanswered()
    {
        const int most = 4;
        int unanswered = 0, highest = 0;
        Server.Service.OnStream = async stream =>
        {
            var turn = new SemaphoreSlim(1);
            var answers = new List<Task>();
            await foreach (var request in stream.Requests)
            {
                highest = Math.Max(highest, Interlocked.Increment(ref unanswered));
                answers.Add(Task.Run(async () =>
                {
                    await turn.WaitAsync();
                    Interlocked.Decrement(ref unanswered);
                    await stream.AnswerAsync(request);
                    turn.Release();
                }));
            }

            await Task.WhenAll(answers);
        };
        using var client = Server.Connect(options => options.MaxOutstanding = most);
        await using var session = client.OpenRingTargetStream();

        await Task.WhenAll(Enumerable.Range(1, 200).Select(agent => session.AskAsync(agent)));

        Assert.InRange(highest, 1, most);
    }

    [Fact]
    public async Task A_request_that_is_not_answered_ends_at_the_deadline_and_a_late_answer_harms_nobody()
    {
        var late = new TaskCompletionSource();
        Server.Service.OnStream = async stream =>
        {
            var first = await stream.NextAsync();
            await late.Task;
            await stream.AnswerAsync(first);
            await stream.AnswerAllAsync();
        };
        using var client = Server.Connect(options => options.ClassifyDeadline = TimeSpan.FromSeconds(2));
        await using var session = client.OpenRingTargetStream();

        var error = await Assert.ThrowsAsync<RpcException>(() => session.AskAsync(1));
        late.SetResult();

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Equal("of 2", await session.AskAsync(2));
    }

    [Fact]
    public async Task A_caller_that_cancels_leaves_the_others_alone()
    {
        using var cancel = new CancellationTokenSource();
        Server.Service.OnStream = async stream =>
        {
            await stream.NextAsync();
            await cancel.CancelAsync();
            await stream.AnswerAllAsync();
        };
        using var client = Server.Connect();
        await using var session = client.OpenRingTargetStream();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.AskAsync(1, cancel.Token));

        Assert.Equal("of 2", await session.AskAsync(2));
    }

    [Fact]
    public async Task DisposeAsync_AnswersDue_WaitsForThemAndTakesNoMore()
    {
        var asked = new TaskCompletionSource();
        var closing = new TaskCompletionSource();
        Server.Service.OnStream = async stream =>
        {
            var request = await stream.NextAsync();
            asked.SetResult();
            await closing.Task;
            await stream.AnswerAsync(request);
        };
        using var client = Server.Connect();
        var session = client.OpenRingTargetStream();
        var answer = session.AskAsync(1);
        await asked.Task;

        var closed = session.DisposeAsync();
        closing.SetResult();
        await closed;

        Assert.Equal("of 1", await answer);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.AskAsync(2));
    }
}
