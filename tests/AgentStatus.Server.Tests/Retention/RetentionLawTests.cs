using AgentStatus.Server.Tests.Laws;
using AgentStatus.Server.Tests.MongoDb;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Retention;

/// <summary>Random events with retractions of some, and a cut among them: answers from the cut on are the model's,
/// which knows all of them, before anything is deleted, afterwards and after a restart.</summary>
public sealed class RetentionLawTests
{
    private const long CompanyId = 280197;
    private const int Agents = 5;
    private const int Parts = 4;
    private const long DayMs = 24 * 60 * 60 * 1000L;

    [Theory]
    [InlineData("12:00:00")]
    [InlineData("62.00:00:00")]
    public Task Answers_from_the_cut_on_stay_as_they_are(string horizon) => Seeds.ForEachAsync(
        2, random => RunAsync(random, "--Memory:Horizon", horizon));

    [Theory, MongoDb]
    [InlineData("12:00:00")]
    [InlineData("62.00:00:00")]
    public Task Answers_from_the_cut_on_stay_as_they_are_on_MongoDB(string horizon) =>
        Seeds.ForEachAsync(1, async random =>
        {
            using var database = new SharedDatabase();
            await RunAsync(random, database.Args(null, "--Memory:Horizon", horizon));
        });

    private static async Task RunAsync(Random random, params string[] args)
    {
        var coming = Enumerable.Range(1, Agents).SelectMany(agentId => History(random, agentId)).ToList();
        var last = new StatusEvent(
            new(CompanyId, 1), Core.Status.Busy, Origin.Supervisor, coming.Max(e => e.OccurredAtMs) + 1, "last");
        await using var server = await TestServer.StartAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(RandomHistory.StartMs), args);
        var recorded = new RecordedEvents(server, CompanyId);
        var stepMs = 1 + ((coming.Max(e => e.OccurredAtMs) - RandomHistory.StartMs) / Parts);
        for (var part = 0; part < Parts; part++)
        {
            server.Pass(TimeSpan.FromMilliseconds(stepMs));
            var due = coming.FindAll(e => e.OccurredAtMs <= server.NowMs && (part == Parts - 1 || random.Next(4) > 0));
            coming.RemoveAll(due.Contains);
            foreach (var e in due) await recorded.RecordAsync(e);
            foreach (var e in due.Where(_ => random.Next(8) == 0).ToList()) await recorded.RetractAsync(e.EventId);
        }

        await recorded.RecordAsync(last);

        // No day ends while this runs.
        var keepForMs = (random.Next(3, 10) * DayMs) + (last.OccurredAtMs % DayMs) - random.NextInt64(DayMs / 2);
        var keepFor = TimeSpan.FromMilliseconds(keepForMs);
        await server.RestartAsync("--Retention:KeepFor", keepFor.ToString("c"));
        await CutAsync(recorded, (last.OccurredAtMs - keepForMs) / DayMs * DayMs);
        await AskAsync(recorded, random, 4);
        await server.DeletedAsync();
        await AskAsync(recorded, random, 8);
        CheckWhatIsLeft(recorded);
        await RecordMoreAsync(recorded, random);
        await AskAsync(recorded, random, 4);
        Assert.Empty((await server.VerifyAsync()).Faults.Select(fault => fault.Description));
        await server.RestartAsync();
        await AskAsync(recorded, random, 8);
        Assert.Empty((await server.VerifyAsync()).Faults.Select(fault => fault.Description));
        await RebuildAsync(server);
        await AskAsync(recorded, random, 2);
    }

    /// <summary>Some weeks, with silences that the cut may lie in.</summary>
    private static IEnumerable<StatusEvent> History(Random random, long agentId)
    {
        var atMs = 0L;
        for (var part = 0; part < Parts; part++)
        {
            var events = RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs);
            foreach (var e in events)
                yield return e with
                {
                    Agent = new(CompanyId, agentId),
                    EventId = $"{agentId}-{part}-{e.EventId}",
                    OccurredAtMs = e.OccurredAtMs + atMs,
                };
            atMs += events.Max(e => e.OccurredAtMs) - RandomHistory.StartMs + random.NextInt64(4 * DayMs);
        }
    }

    /// <summary>Waits for the cut: a whole day, of the newest event that the store had.</summary>
    private static async Task CutAsync(RecordedEvents recorded, long cutMs)
    {
        await recorded.Server.CutAsync(DateTimeOffset.FromUnixTimeMilliseconds(cutMs));
        recorded.CutMs = cutMs;
        recorded.EventsFromMs = recorded.Server.Part<TimelineLoader>().EventsFromMs;
    }

    /// <summary>Of what is older, each agent has what leaves the layers behind: five origins, their devices, and where
    /// these begin.</summary>
    private static void CheckWhatIsLeft(RecordedEvents recorded)
    {
        var store = recorded.Server.Store;
        foreach (var old in recorded.Events.Select(one => one.Event).Where(e => e.OccurredAtMs < recorded.EventsFromMs)
            .GroupBy(e => e.Agent))
        {
            var left = store.ReadHistory(
                old.Key, EventPosition.Before(Limits.FirstInstantMs), recorded.EventsFromMs, int.MaxValue);
            Assert.InRange(left.Count, 0, 8 + (2 * Limits.AgentDevices));
            Assert.DoesNotContain(left, one => one.Retraction is not null);
        }
    }

    /// <summary>Late ones too; what lies before the cut is refused.</summary>
    private static async Task RecordMoreAsync(RecordedEvents recorded, Random random)
    {
        var nowMs = recorded.Server.NowMs;
        for (var i = 0; i < 20; i++)
        {
            var e = RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs, most: 2)[0];
            var atMs = recorded.CutMs + random.NextInt64(-2 * DayMs, nowMs - recorded.CutMs);
            e = e with { Agent = new(CompanyId, 1 + (i % Agents)), EventId = $"more-{i}", OccurredAtMs = atMs };
            if (atMs >= recorded.CutMs)
            {
                // Who left, and of whom nothing is there any more, is new to the server: listed, where that is unknown.
                if (recorded.Server.Store.ReadHistory(
                    e.Agent, EventPosition.Before(Limits.FirstInstantMs), long.MaxValue, 1).Count == 0) continue;
                await recorded.RecordAsync(e);
                continue;
            }

            var refused = await Refused.ByAsync(
                async () => await recorded.Server.Service.RecordStatusAsync(RecordedEvents.Request(e)));
            Assert.Equal(StatusCode.OutOfRange, refused.Code);
        }

        foreach (var (e, _) in recorded.Events.Where(_ => random.Next(20) == 0).ToList())
        {
            if (e.OccurredAtMs >= recorded.CutMs) await recorded.RetractAsync(e.EventId);
        }
    }

    private static async Task RebuildAsync(TestServer server)
    {
        using var call = new AdminService.AdminServiceClient(server.Channel).RebuildOfflinePeriods(new());
        await foreach (var _ in call.ResponseStream.ReadAllAsync()) { }
    }

    private static async Task AskAsync(RecordedEvents recorded, Random random, int questions)
    {
        for (var agentId = 1; agentId <= Agents; agentId++)
        {
            var agent = new EventQuestions(recorded, new(CompanyId, agentId), random);
            await agent.AskAsync(questions);
            await agent.CheckOfflinePeriodsAsync();
        }

        await EventQuestions.AskWhoIsListedAsync(recorded, random, Agents);
    }
}
