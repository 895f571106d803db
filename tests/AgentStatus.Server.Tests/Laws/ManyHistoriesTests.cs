using AgentStatus.Server.Tests.MongoDb;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>Histories of a great many agents, recorded in batches in any order with retractions among them: every
/// interval that a breakdown shows, and what is said of rings, is the model's, before and after a restart. A larger run
/// by hand: AGENTSTATUS_TEST_HISTORIES, for each horizon (a third of it on MongoDB).</summary>
public sealed class ManyHistoriesTests(ITestOutputHelper output)
{
    private const long CompanyId = 280197;

    /// <summary>Agents of a scene: a company whose breakdown has some pages.</summary>
    private const int AgentsOfScene = 1_000;

    /// <summary>The test database takes long.</summary>
    private const int AgentsOfSceneOnMongoDB = 300;

    /// <summary>Agents of a ring group, asked about with one request.</summary>
    private const int Targets = 50;

    /// <summary>Those that come at once share a write: the test database takes 50 ms for one.</summary>
    private const int RequestsAtOnce = 100;

    private static readonly int Scenes = (int.Parse(
        Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_HISTORIES") ?? "1000",
        System.Globalization.CultureInfo.InvariantCulture) + AgentsOfScene - 1) / AgentsOfScene;

    [Theory]
    [InlineData("12:00:00")]
    [InlineData("62.00:00:00")]
    public async Task Every_interval_is_the_model_s(string horizon)
    {
        await Seeds.ForEachAsync(Scenes, random => RunAsync(random, AgentsOfScene, "--Memory:Horizon", horizon));
        output.WriteLine($"{Scenes * AgentsOfScene} histories");
    }

    /// <summary>All of them are in memory: to read each from the database takes too long.</summary>
    [Theory, MongoDb]
    [InlineData("62.00:00:00")]
    public async Task Every_interval_is_the_model_s_on_MongoDB(string horizon)
    {
        await Seeds.ForEachAsync(Scenes, async random =>
        {
            using var database = new SharedDatabase();
            await RunAsync(random, AgentsOfSceneOnMongoDB, database.Args(null, "--Memory:Horizon", horizon));
        });
        output.WriteLine($"{Scenes * AgentsOfSceneOnMongoDB} histories");
    }

    private static async Task RunAsync(Random random, int agents, params string[] args)
    {
        var histories = Enumerable.Range(1, agents).Select(agentId => History(random, agentId)).ToList();
        var events = histories.SelectMany(history => history).ToArray();
        var taken = events.Where(_ => random.Next(20) == 0).Select(e => e.EventId).ToHashSet();
        random.Shuffle(events);
        var nowMs = events.Max(e => e.OccurredAtMs) + 1 + random.NextInt64(Limits.OnCallMs);
        await using var server = await TestServer.StartAsync(DateTimeOffset.FromUnixTimeMilliseconds(nowMs), args);
        var half = random.Next(events.Length);
        await RecordAsync(server, random, events[..half], taken);
        if (random.Next(2) == 0) await server.RestartAsync();
        await RecordAsync(server, random, events[half..], taken);
        var models = histories.ConvertAll(
            history => new ModelAgent(history, taken, Limits.OnCallMs, Limits.WrapUpMs));
        await CheckAsync(server, random, models);
        await server.RestartAsync();
        await CheckAsync(server, random, models);
    }

    private static List<StatusEvent> History(Random random, long agentId) =>
        RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs).ConvertAll(e => e with
        {
            Agent = new(CompanyId, agentId),
            EventId = $"{agentId}-{e.EventId}",
        });

    /// <summary>Some are retracted before they come, some twice.</summary>
    private static async Task RecordAsync(
        TestServer server, Random random, StatusEvent[] events, HashSet<string> taken)
    {
        var ids = events.Where(e => taken.Contains(e.EventId)).Select(e => e.EventId).ToList();
        var early = ids.FindAll(_ => random.Next(2) == 0);
        await RetractAsync(server, early);
        foreach (var batch in events.Chunk(Limits.BatchEvents))
        {
            var request = new RecordStatusesRequest { CompanyId = CompanyId };
            request.Events.AddRange(batch.Select(RecordedEvents.Request));
            foreach (var result in (await server.Service.RecordStatusesAsync(request)).Results)
                Assert.Equal(Durability.Stored, result.Recorded?.Durability);
        }

        await RetractAsync(server, ids.FindAll(id => !early.Contains(id) || random.Next(4) == 0));
    }

    private static Task RetractAsync(TestServer server, List<string> ids) => Parallel.ForEachAsync(
        ids,
        new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce },
        async (id, cancel) => await server.Service.RetractStatusAsync(
            new() { CompanyId = CompanyId, EventId = id }, cancellationToken: cancel));

    private static async Task CheckAsync(TestServer server, Random random, List<ModelAgent> models)
    {
        var request = new GetBreakdownRequest
        {
            CompanyId = CompanyId,
            AgentIds = { Enumerable.Range(1, models.Count).Select(id => (long)id) },
            StartTime = Times.At(RandomHistory.StartMs - 1),
            EndTime = Times.At(server.NowMs),
            HoursClip = HoursClip.None,
            IncludeSegments = true,
        };
        var checkedAgents = 0;
        do
        {
            var page = await server.Service.GetBreakdownAsync(request);
            foreach (var agent in page.Agents)
            {
                Assert.Equal(++checkedAgents, agent.AgentId);
                Assert.Equal(
                    models[checkedAgents - 1].Between(RandomHistory.StartMs - 1, server.NowMs),
                    agent.Segments.Select(segment => (
                        Times.Ms(segment.StartTime), Times.Ms(segment.EndTime),
                        new ModelStatus((Status)segment.Status, (Origin)segment.Origin, segment.Label))));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(models.Count, checkedAgents);
        foreach (var group in Enumerable.Range(1, models.Count).Chunk(Targets))
        {
            var ringAtMs = RandomHistory.StartMs + random.NextInt64(server.NowMs - RandomHistory.StartMs);
            await AskAsync(server, models, group, ringAtMs);
            await AskAsync(server, models, group, server.NowMs);
        }
    }

    private static async Task AskAsync(TestServer server, List<ModelAgent> models, int[] group, long ringAtMs)
    {
        var request = new ClassifyRingTargetsRequest { CompanyId = CompanyId, RingAt = Times.At(ringAtMs) };
        request.Targets.AddRange(group.Select(agentId => new RingTarget { AgentId = agentId }));
        var results = (await server.Service.ClassifyRingTargetsAsync(request)).Results;
        for (var i = 0; i < group.Length; i++)
        {
            var (status, sinceMs) = RecordedEvents.At(models[group[i] - 1], ringAtMs);
            Assert.Equal(
                (status, sinceMs),
                (new((Status)results[i].Status, (Origin)results[i].Origin, results[i].StatusLabel),
                    Ms(results[i].StatusSince)));
        }
    }

    private static long? Ms(Timestamp? instant) => instant is null ? null : Times.Ms(instant);
}
