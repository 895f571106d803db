using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.Spool;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ServingStatus = global::Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>A server whose database goes away under it: events go to the spool, answers go on, and all of it comes
/// right again.</summary>
[MongoDb]
public sealed class OutageTests(ITestOutputHelper output)
{
    private const string WriteTimeout = "00:00:01";

    /// <summary>What an answer may take that does not wait for the database, on a machine that does much
    /// else.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("refuse", "accept")]
    [InlineData("freeze", "thaw")]
    public async Task Events_are_spooled_and_answers_go_on_until_the_database_is_back(string away, string back)
    {
        await using var outage = await Outage.StartAsync();

        await outage.Gateway.OrderAsync(away);
        var started = Stopwatch.GetTimestamp();
        var first = await outage.RecordAsync(1, V1.AgentStatus.Offline, "first");
        var firstTook = Stopwatch.GetElapsedTime(started);
        Assert.Equal((Durability.Spooled, RecordOutcome.Applied), (first.Durability, first.Outcome));
        // Much is due to the machine; that it is a time-out, and not the driver's half a minute, shows.
        Assert.True(firstTook < TimeSpan.FromSeconds(5), $"the first took {firstTook}");

        var slowest = TimeSpan.Zero;
        for (var agent = 2; agent <= 20; agent++)
        {
            started = Stopwatch.GetTimestamp();
            var next = await outage.RecordAsync(agent, V1.AgentStatus.Offline, $"next-{agent}");
            Assert.Equal((Durability.Spooled, RecordOutcome.Applied), (next.Durability, next.Outcome));
            Assert.Equal(V1.AgentStatus.Offline, (await outage.ClassifyAsync(agent)).Status);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }

        Assert.True(slowest < AtOnce, $"the slowest took {slowest}");
        output.WriteLine($"{away}: first spooled after {firstTook}, then at most {slowest}");
        Assert.Equal(20, (await outage.BreakdownAsync()).Agents.Count);
        Assert.Equal(RecordOutcome.Duplicate, (await outage.RecordAsync(1, V1.AgentStatus.Offline, "first")).Outcome);
        Assert.Equal(ServingStatus.Serving, await outage.HealthAsync());
        outage.Server.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(20, outage.Metric("agentstatus.spool.length"));
        Assert.Equal(7, outage.Metric("agentstatus.store.away"));

        await outage.Gateway.OrderAsync(back);
        await outage.DrainedAsync();
        Assert.Equal(0, outage.Metric("agentstatus.store.away"));
        Assert.Equal(
            ["before", "first", .. Enumerable.Range(2, 19).Select(agent => $"next-{agent}").Order()],
            outage.Database.Events().Select(e => e.EventId).Order());
        await outage.Database.PeriodsAgreeAsync(outage.Server.NowMs);
        Assert.Single(
            outage.Server.Log.Warnings, line => line.StartsWith("The store does not answer"));
        Assert.Single(
            outage.Server.Log.Notes, line => line.StartsWith("The store answers again"));
        Assert.DoesNotContain(outage.Server.Log.Warnings, line => line.Contains("followed"));
        Assert.Equal(Durability.Stored, (await outage.RecordAsync(1, V1.AgentStatus.Online, "after")).Durability);

        using var other = await MongoServer.ServingAsync(outage.Database.Args());
        Assert.Equal(V1.AgentStatus.Offline, (await other.Service.ClassifyAsync(20)).Status);
    }

    [Fact]
    public async Task Readyz_says_where_events_go()
    {
        await using var outage = await Outage.StartAsync(
            "--Http", "http://127.0.0.1:0", "--Storage:SpoolLimit", "1048576");
        outage.Server.ExpectsErrors = true;
        using var http = new HttpClient { BaseAddress = outage.Server.Http };
        await ReadyAsync("reachable", isRecording: true);

        await outage.Gateway.OrderAsync("refuse");
        Assert.Equal(Durability.Spooled, (await outage.RecordAsync(1, V1.AgentStatus.Offline, "first")).Durability);
        await ReadyAsync("spooling", isRecording: true);

        await FillSpoolAsync(outage);
        await ReadyAsync("away", isRecording: false);

        await outage.Gateway.OrderAsync("accept");
        await outage.DrainedAsync();
        Assert.Equal(Durability.Stored, (await outage.RecordAsync(1, V1.AgentStatus.Away, "after")).Durability);
        await ReadyAsync("reachable", isRecording: true);

        async Task ReadyAsync(string store, bool isRecording)
        {
            using var ready = await http.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            Assert.Equal(
                $$"""{"state":"serving","memory":"warm","store":"{{store}}","recording":{{(isRecording ? "true" : "false")}}}""",
                await ready.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Reads_that_fail_each_time_hold_no_writes_back_and_are_told_of_once()
    {
        const int TimeLimitExceeded = 50;
        await using var outage = await Outage.StartAsync();
        await outage.Gateway.OrderAsync($"fail 1000000 {TimeLimitExceeded} find");

        // What stands under its id cannot be read: that it is a duplicate is found out later.
        Assert.Equal(Durability.Spooled, (await outage.RecordAsync(1, V1.AgentStatus.Online, "before")).Durability);
        for (var agent = 2; agent <= 6; agent++)
        {
            outage.Server.Time.Advance(ServerLimits.MaintenanceInterval);
            Assert.Equal(
                Durability.Stored,
                (await outage.RecordAsync(agent, V1.AgentStatus.Offline, $"next-{agent}")).Durability);
        }

        Assert.Equal(0, outage.Metric("agentstatus.store.away"));
        Assert.DoesNotContain(outage.Server.Log.Warnings, line => line.Contains("does not answer"));
        Assert.Single(outage.Server.Log.Warnings, line => line.Contains("reads fail"));

        await outage.Gateway.OrderAsync("reset");
        await outage.DrainedAsync();
        Assert.Equal(6, outage.Database.Events().Count);
    }

    [Theory, Slow]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_spooled_event_whose_id_another_server_gave_away_is_rejected_and_taken_back_from_memory(
        bool restarts)
    {
        await using var outage = await Outage.StartAsync();
        using var other = await MongoServer.ServingAsync(outage.Database.Args());
        await outage.Gateway.OrderAsync("refuse");
        Assert.Equal(Durability.Spooled, (await outage.RecordAsync(1, V1.AgentStatus.Offline, "taken")).Durability);
        Assert.Equal(Durability.Spooled, (await outage.RecordAsync(3, V1.AgentStatus.Offline, "alone")).Durability);
        Assert.Equal(V1.AgentStatus.Offline, (await outage.ClassifyAsync(1)).Status);
        await other.Service.RecordAsync(
            V1.AgentStatus.Away, Times.At(outage.Server.NowMs - 60_000), id: "taken", agentId: 2);

        outage.Server.ExpectsErrors = true;
        // What is found in the spool at a start is in memory before it is drained.
        if (restarts) await outage.Server.StopAsync();
        await outage.Gateway.OrderAsync("accept");
        if (restarts) await outage.RestartAsync();
        await outage.DrainedAsync();

        await Until.TrueAsync(async () => (await outage.ClassifyAsync(1)).Status == V1.AgentStatus.Online);
        await Until.TrueAsync(async () => (await outage.ClassifyAsync(2)).Status == V1.AgentStatus.Away);
        Assert.Equal(V1.AgentStatus.Offline, (await outage.ClassifyAsync(3)).Status);
        Assert.Equal(["taken"], outage.Database.Texts(StatusDatabase.RejectedEvents, "event_id"));
        Assert.Equal(["alone", "before", "taken"], outage.Database.Events().Select(e => e.EventId).Order());
        Assert.Contains("event taken", Assert.Single(outage.Server.Log.Errors));
        Assert.Equal(1, outage.Metric("agentstatus.events.rejected"));
        await outage.Database.PeriodsAgreeAsync(outage.Server.NowMs);
    }

    [Theory]
    [InlineData("lose-answer 1 insert")]
    [InlineData("swallow-answer 3 insert")]
    [InlineData("lose-request 2 insert")]
    public async Task An_insert_whose_answer_is_lost_counts_once(string fault)
    {
        await using var outage = await Outage.StartAsync();
        await outage.Gateway.OrderAsync(fault);
        var answer = await outage.RecordAsync(1, V1.AgentStatus.Offline, "lost");
        Assert.Equal(RecordOutcome.Applied, answer.Outcome);
        output.WriteLine($"{fault}: {answer.Durability}");
        await outage.Gateway.OrderAsync("reset");
        await outage.DrainedAsync();

        Assert.Equal(RecordOutcome.Duplicate, (await outage.RecordAsync(1, V1.AgentStatus.Offline, "lost")).Outcome);
        Assert.Equal(["before", "lost"], outage.Database.Events().Select(e => e.EventId).Order());
        await outage.Database.PeriodsAgreeAsync(outage.Server.NowMs);
    }

    [Fact]
    public async Task A_full_spool_is_UNAVAILABLE_and_says_when_to_try_again()
    {
        await using var outage = await Outage.StartAsync("--Storage:SpoolLimit", "1048576");
        outage.Server.ExpectsErrors = true;
        await outage.Gateway.OrderAsync("refuse");
        var (taken, refused) = await FillSpoolAsync(outage);

        Assert.Equal(StatusCode.Unavailable, refused.Code);
        Assert.Equal(Duration.FromTimeSpan(TimeSpan.FromSeconds(1)), refused.Detail<Google.Rpc.RetryInfo>().RetryDelay);
        await outage.Gateway.OrderAsync("accept");
        await outage.DrainedAsync();
        Assert.Equal(taken + 1, outage.Database.Events().Count);
        Assert.Equal(Durability.Stored, (await outage.RecordAsync(1, V1.AgentStatus.Away, "after")).Durability);
    }

    /// <summary>Records until there is no room; says how many events were taken, and what the others were told.</summary>
    private static async Task<(int Taken, Refused Refused)> FillSpoolAsync(Outage outage)
    {
        var taken = 0;
        while (true)
        {
            var batch = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
            {
                try
                {
                    await outage.RecordAsync(i + 1, V1.AgentStatus.Away, $"{taken}-{i}-{new string('x', 100)}");
                    return null;
                }
                catch (RpcException full)
                {
                    return Refused.From(full);
                }
            }));
            taken += batch.Count(answer => answer is null);
            if (batch.FirstOrDefault(answer => answer is not null) is { } refused) return (taken, refused);
        }
    }

    /// <summary>A server in this process, and the way to its database under the test's control.</summary>
    private sealed class Outage : IAsyncDisposable
    {
        private MeterReadings? _readings;
        private long _startMs;

        public required SharedDatabase Database { get; init; }

        public required Gateway Gateway { get; init; }

        public required TestServer Server { get; init; }

        private SpoolingStore Spool => (SpoolingStore)Server.Store;

        public static async Task<Outage> StartAsync(params string[] args)
        {
            var database = new SharedDatabase();
            var gateway = await Gateway.RequireAsync();
            var outage = new Outage
            {
                Database = database,
                Gateway = gateway,
                Server = await TestServer.StartAsync(
                    TimeProvider.System.GetUtcNow(),
                    database.Args(gateway.ConnectionString, ["--Storage:WriteTimeout", WriteTimeout, .. args])),
            };
            outage._readings = MeterReadings.Of(outage.Server);
            outage._startMs = outage.Server.NowMs;
            Assert.Equal(Durability.Stored, (await outage.RecordAsync(1, V1.AgentStatus.Online, "before")).Durability);
            // The first breakdown brings the company's hours.
            await outage.BreakdownAsync();
            await outage.DrainedAsync();
            return outage;
        }

        public async Task RestartAsync()
        {
            await Server.RestartAsync();
            _readings!.Dispose();
            _readings = MeterReadings.Of(Server);
        }

        public async Task<RecordStatusResponse> RecordAsync(long agent, V1.AgentStatus status, string eventId) =>
            await Server.Service.RecordAsync(
                status, Times.At(_startMs - (eventId == "before" ? 2_000 : 1_000)), id: eventId, agentId: agent);

        public Task<ClassifyRingTargetResponse> ClassifyAsync(long agent) => Server.Service.ClassifyAsync(agent);

        public async Task<GetBreakdownResponse> BreakdownAsync() => await Server.Service.GetBreakdownAsync(new()
        {
            CompanyId = 1,
            StartTime = Times.At(Server.NowMs - 60_000),
            EndTime = Times.At(Server.NowMs),
            IncludeSegments = true,
        });

        public async Task<ServingStatus> HealthAsync() =>
            (await new global::Grpc.Health.V1.Health.HealthClient(Server.Channel).CheckAsync(new())).Status;

        /// <summary>Waits until the store has all.</summary>
        public Task DrainedAsync() => Until.TrueAsync(
            () =>
            {
                Server.Time.Advance(ServerLimits.MaintenanceInterval);
                return Spool is { IsReachable: true, SpooledCount: 0 }
                    && Server.Part<Server.Recording.WriterMaintenance>().IsMemoryComplete;
            },
            () => $"drained: {Spool.SpooledCount} in the spool, reachable {Spool.IsReachable}, "
                + $"to rebuild {Server.Part<Server.Recording.TimelineRebuilds>().Count}");

        public double Metric(string name) => _readings![name];

        public async ValueTask DisposeAsync()
        {
            _readings?.Dispose();
            await Server.DisposeAsync();
            Gateway.Dispose();
            Database.Dispose();
        }
    }
}
