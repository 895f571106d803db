namespace AgentStatus.Client.Tests;

public sealed class DeadlineTests : FakeServerTests
{
    private static readonly RecordStatusRequest Offline = new() { CompanyId = 1, AgentId = 2, Status = Status.Offline };
    private static readonly ClassifyRingTargetRequest Ring = new() { CompanyId = 1, AgentId = 2 };

    [Fact]
    public async Task A_request_that_is_not_answered_ends_at_its_deadline()
    {
        Server.Service.OnClassify = NeverAsync<ClassifyRingTargetResponse>;
        using var client = Server.Connect(options => options.ClassifyDeadline = TimeSpan.FromMilliseconds(50));

        var error = await Assert.ThrowsAsync<RpcException>(() => client.ClassifyRingTargetAsync(Ring));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Each_kind_of_request_has_its_own_deadline()
    {
        DateTime recordBy = default, classifyBy = default;
        Server.Service.OnRecord = (_, context) =>
        {
            recordBy = context.Deadline;
            return Task.FromResult(new RecordStatusResponse());
        };
        Server.Service.OnClassify = (_, context) =>
        {
            classifyBy = context.Deadline;
            return Task.FromResult(new ClassifyRingTargetResponse());
        };
        using var client = Server.Connect(options =>
        {
            options.RecordDeadline = TimeSpan.FromMinutes(10);
            options.ClassifyDeadline = TimeSpan.FromMinutes(20);
        });

        var start = TimeProvider.System.GetUtcNow().UtcDateTime;
        await client.RecordStatusAsync(Offline);
        await client.ClassifyRingTargetAsync(Ring);

        Assert.InRange(recordBy - start, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
        Assert.InRange(classifyBy - start, TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(21));
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_request_as_dotnet_callers_expect()
    {
        using var cancel = new CancellationTokenSource();
        Server.Service.OnRecord = async (_, context) =>
        {
            await cancel.CancelAsync();
            return await NeverAsync<RecordStatusResponse>(null!, context);
        };
        using var client = Server.Connect();

        var error = await Assert.ThrowsAsync<OperationCanceledException>(
            () => client.RecordStatusAsync(Offline, cancel.Token));

        Assert.Equal(cancel.Token, error.CancellationToken);
    }

    private static async Task<T> NeverAsync<T>(object request, ServerCallContext context)
    {
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        throw new InvalidOperationException($"{request} was not cancelled.");
    }
}
