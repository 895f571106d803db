using AgentStatus.Server.Tests.MongoDb;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>Histories of a great many agents, recorded in batches in any order with retractions among them: every
/// interval that a breakdown shows, and what is said of rings, is the model's, before and after a restart. A larger run
/// by hand: AGENTSTATUS_TEST_HISTORIES, for each horizon, and AGENTSTATUS_TEST_HISTORIES_AT_ONCE of them in a scene: to
/// make a database anew takes MongoDB seconds.</summary>
public sealed class ManyHistoriesTests(ITestOutputHelper output)
{
    private const long CompanyId = 280197;

    /// <summary>Agents of a ring group, asked about with one request.</summary>
    private const int Targets = 50;

    /// <summary>Those that come at once share a write: the test database takes 50 ms for one.</summary>
    private const int RequestsAtOnce = 100;

    /// <summary>An agent of so many has its events anywhere; the others' come in one batch, since a late event among
    /// others of its instant has the store read, and the test database takes milliseconds for that.</summary>
    private const int ScatteredOnMongoDB = 64;

    /// <summary>At least, where agents' are together: a batch of the writer takes all.</summary>
    private const int EventsOfBatch = 400;

    /// <summary>Batches under way: a connection has a share of what requests may hold.</summary>
    private const int BatchesAtOnce = 4;

    private static readonly int Histories = Number("AGENTSTATUS_TEST_HISTORIES", 1_000);

    /// <summary>Agents of a scene: a company whose breakdown has some pages.</summary>
    private static readonly int AtOnce = Number("AGENTSTATUS_TEST_HISTORIES_AT_ONCE", 1_000);

    private static int Scenes => (Histories + AtOnce - 1) / AtOnce;

    [Theory]
    [InlineData("12:00:00")]
    [InlineData("62.00:00:00")]
    public async Task Every_interval_is_the_model_s(string horizon)
    {
        await Seeds.ForEachAsync(Scenes, random => RunAsync(random, 1, "--Memory:Horizon", horizon));
        output.WriteLine($"{Scenes * AtOnce} histories");
    }

    /// <summary>All of them are in memory: to read each from the database takes too long.</summary>
    [Theory, MongoDb]
    [InlineData("62.00:00:00")]
    public async Task Every_interval_is_the_model_s_on_MongoDB(string horizon)
    {
        await Seeds.ForEachAsync(Scenes, async random =>
        {
            using var database = new SharedDatabase();
            await RunAsync(random, ScatteredOnMongoDB, database.Args(null, "--Memory:Horizon", horizon));
        });
        output.WriteLine($"{Scenes * AtOnce} histories");
    }

    private static async Task RunAsync(Random random, int scatteredOneIn, params string[] args)
    {
        var histories = Enumerable.Range(1, AtOnce).Select(agentId => History(random, agentId)).ToList();
        var events = histories.SelectMany(history => history).ToArray();
        var taken = events.Where(_ => random.Next(20) == 0).Select(e => e.EventId).ToHashSet();
        var batches = Batches(random, histories, scatteredOneIn);
        var nowMs = events.Max(e => e.OccurredAtMs) + 1 + random.NextInt64(Limits.OnCallMs);
        await using var server = await TestServer.StartAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(nowMs), [.. args, "--Limits:NewAgentsPerSecond", "1000000"]);
        var half = random.Next(batches.Count);
        await RecordAsync(server, random, batches[..half], taken, scatteredOneIn);
        if (random.Next(2) == 0) await server.RestartAsync();
        await RecordAsync(server, random, batches[half..], taken, scatteredOneIn);
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

    private static List<StatusEvent[]> Batches(Random random, List<List<StatusEvent>> histories, int scatteredOneIn)
    {
        var scattered = histories.ToLookup(_ => random.Next(scatteredOneIn) == 0);
        var anywhere = scattered[true].SelectMany(history => history).ToArray();
        random.Shuffle(anywhere);
        var batches = anywhere.Chunk(EventsOfBatch).ToList();
        var batch = new List<StatusEvent>();
        foreach (var history in scattered[false].Select(history => history.ToArray()))
        {
            random.Shuffle(history);
            batch.AddRange(history);
            if (batch.Count < EventsOfBatch) continue;
            batches.Add([.. batch]);
            batch.Clear();
        }

        var shuffled = batches.Append([.. batch]).Where(one => one.Length > 0).ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    /// <summary>Some are retracted before they come, some twice.</summary>
    private static async Task RecordAsync(
        TestServer server, Random random, List<StatusEvent[]> batches, HashSet<string> taken, int scatteredOneIn)
    {
        var ids = batches.SelectMany(batch => batch.Select(e => e.EventId)).Where(taken.Contains).ToList();
        var early = ids.Where(_ => random.Next(scatteredOneIn + 1) > 0).ToHashSet();
        await RetractAsync(server, early);
        await ParallelAsync(BatchesAtOnce, batches, async batch =>
        {
            var request = new RecordStatusesRequest { CompanyId = CompanyId };
            request.Events.AddRange(batch.Select(RecordedEvents.Request));
            foreach (var result in (await server.Service.RecordStatusesAsync(request)).Results)
                Assert.Equal((null, Durability.Stored), (result.Error?.Message, result.Recorded?.Durability));
        });
        await RetractAsync(server, ids.FindAll(id => !early.Contains(id) || random.Next(4 * scatteredOneIn) == 0));
    }

    private static Task RetractAsync(TestServer server, IEnumerable<string> ids) => ParallelAsync(
        RequestsAtOnce,
        ids,
        async id => await server.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = id }));

    private static Task ParallelAsync<T>(int atOnce, IEnumerable<T> items, Func<T, Task> doAsync) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, (item, _) => new(doAsync(item)));

    private static async Task CheckAsync(TestServer server, Random random, List<ModelAgent> models)
    {
        foreach (var agents in Enumerable.Range(1, models.Count).Chunk(Limits.BreakdownAgents))
            await CheckBreakdownAsync(server, models, agents);
        foreach (var group in Enumerable.Range(1, models.Count).Chunk(Targets))
        {
            var ringAtMs = RandomHistory.StartMs + random.NextInt64(server.NowMs - RandomHistory.StartMs);
            await AskAsync(server, models, group, ringAtMs);
            await AskAsync(server, models, group, server.NowMs);
        }
    }

    private static async Task CheckBreakdownAsync(TestServer server, List<ModelAgent> models, int[] agents)
    {
        var request = new GetBreakdownRequest
        {
            CompanyId = CompanyId,
            AgentIds = { agents.Select(id => (long)id) },
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
                Assert.Equal(agents[checkedAgents++], agent.AgentId);
                Assert.Equal(
                    models[(int)agent.AgentId - 1].Between(RandomHistory.StartMs - 1, server.NowMs),
                    agent.Segments.Select(segment => (
                        Times.Ms(segment.StartTime), Times.Ms(segment.EndTime),
                        new ModelStatus((Status)segment.Status, (Origin)segment.Origin, segment.Label))));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(agents.Length, checkedAgents);
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

    private static int Number(string variable, int unlessSet) => int.Parse(
        Environment.GetEnvironmentVariable(variable) ?? $"{unlessSet}",
        System.Globalization.CultureInfo.InvariantCulture);

    private static long? Ms(Timestamp? instant) => instant is null ? null : Times.Ms(instant);
}
