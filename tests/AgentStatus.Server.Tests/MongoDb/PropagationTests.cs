namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>What one server acknowledged as stored, another one knows soon; and it never claims to know what it does
/// not.</summary>
[MongoDb, Slow]
public sealed class PropagationTests(ITestOutputHelper output)
{
    private const int Events = 60;

    /// <summary>Far more than a quarter of a second: the machine that runs the tests does much else.</summary>
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task What_one_server_stored_is_in_another_one_s_answers_soon_and_before_known_through_passes_it()
    {
        using var database = new SharedDatabase();
        using var writing = await MongoServer.ServingAsync(database.Args());
        using var reading = await MongoServer.ServingAsync(database.Args());
        var delays = new List<double>();
        long lastKnownMs = 0;
        for (var agent = 1; agent <= Events; agent++)
        {
            var recorded = await writing.Service.RecordAsync(V1.AgentStatus.Offline, agentId: agent);
            Assert.Equal(Durability.Stored, recorded.Durability);
            var acknowledged = Stopwatch.GetTimestamp();
            // The database's clock is this machine's.
            var acknowledgedAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            while (true)
            {
                var answer = await reading.Service.ClassifyAsync(agent);
                var knownMs = Times.Ms(answer.KnownThrough);
                Assert.True(knownMs >= lastKnownMs, "known_through moved back");
                lastKnownMs = knownMs;
                if (answer.Status == V1.AgentStatus.Offline) break;
                Assert.True(knownMs <= acknowledgedAtMs,
                    $"agent {agent} is missing, known through {knownMs - acknowledgedAtMs} ms later");
                Assert.True(Stopwatch.GetElapsedTime(acknowledged) < MostDelay, $"agent {agent} is missing");
            }

            delays.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        delays.Sort();
        output.WriteLine(
            $"from acknowledged to answered elsewhere, ms: p50 {delays[Events / 2]:0}, p99 {delays[^1]:0}");
        var lastMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var server in (MongoServer[])[writing, reading])
        {
            await Until.TrueAsync(async () =>
                Times.Ms((await server.Service.ClassifyAsync()).KnownThrough) > lastMs);
        }
    }

    /// <summary>An APP OFFLINE under a call changes nothing, nor does the end of a call into APP ONLINE; together they
    /// begin an offline period, which is neither server's alone.</summary>
    [Fact]
    public async Task Events_that_change_nothing_each_by_itself_on_its_server_make_an_offline_period_together()
    {
        using var database = new SharedDatabase();
        var slow = database.Args(null, "--Storage:PollInterval", "00:00:05");
        using var one = await MongoServer.ServingAsync(slow);
        using var other = await MongoServer.ServingAsync(slow);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await RecordAsync(one, V1.AgentStatus.Online, StatusOrigin.App, now - 100_000);
        await RecordAsync(one, V1.AgentStatus.OnCall, StatusOrigin.Call, now - 90_000);
        await Until.TrueAsync(async () => (await other.Service.ClassifyAsync()).Status == V1.AgentStatus.OnCall);

        await Task.WhenAll(
            RecordAsync(one, V1.AgentStatus.Offline, StatusOrigin.App, now - 80_000),
            RecordAsync(other, V1.AgentStatus.Online, StatusOrigin.Call, now - 70_000));

        await Until.TrueAsync(() => database.Store.Offline().SequenceEqual([(now - 70_000, null)]));
    }

    private static async Task RecordAsync(MongoServer server, V1.AgentStatus status, StatusOrigin origin, long atMs) =>
        await server.Service.RecordAsync(status, Times.At(atMs), origin: origin);
}
