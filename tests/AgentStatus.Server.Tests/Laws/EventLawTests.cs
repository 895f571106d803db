using AgentStatus.Server.Tests.MongoDb;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>Random events with all that they can say and retractions of some, through the API: in any order, one by one
/// and in batches, as the clock goes on and with restarts. Every answer is the model's, in memory and behind its
/// horizon, now and as it was known before. A larger run by hand: AGENTSTATUS_TEST_SCENES.</summary>
public sealed class EventLawTests
{
    private const long CompanyId = 280197;
    private const int Agents = 5;
    private const int Steps = 5;

    private static readonly int Scenes = int.Parse(
        Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_SCENES") ?? "1",
        System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("00:01:00")]
    [InlineData("12:00:00")]
    [InlineData("62.00:00:00")]
    public Task Every_answer_is_the_model_s(string horizon) => Seeds.ForEachAsync(
        Scenes, random => RunAsync(random, "--Memory:Horizon", horizon));

    [Theory, MongoDb]
    [InlineData("00:01:00")]
    [InlineData("62.00:00:00")]
    public Task Every_answer_is_the_model_s_on_MongoDB(string horizon) => Seeds.ForEachAsync(Scenes, async random =>
    {
        using var database = new SharedDatabase();
        await RunAsync(random, database.Args(null, "--Memory:Horizon", horizon));
    });

    private static async Task RunAsync(Random random, params string[] args)
    {
        var coming = Enumerable.Range(1, Agents).SelectMany(agent => History(random, agent)).ToList();
        var taken = coming.Where(_ => random.Next(5) == 0).Select(e => e.EventId).Append("no such event").ToList();
        var lastMs = coming.Max(e => e.OccurredAtMs);
        var stepMs = Math.Max(2_000, (lastMs - RandomEvents.StartMs) / Steps);
        await using var server = await TestServer.StartAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(RandomEvents.StartMs), args);
        var recorded = new RecordedEvents(server, CompanyId);
        for (var step = 0; step <= Steps; step++)
        {
            server.Pass(TimeSpan.FromMilliseconds(stepMs + random.Next(1_000)));
            if (step == Steps) server.Pass(TimeSpan.FromMilliseconds(Math.Max(2_000, lastMs - server.NowMs)));
            var due = coming.FindAll(e => e.OccurredAtMs <= server.NowMs && (step == Steps || random.Next(4) > 0));
            coming.RemoveAll(due.Contains);
            due.AddRange(recorded.Events.Where(_ => random.Next(9) == 0).Select(one => one.Event));
            var retracted = taken.FindAll(_ => step == Steps || random.Next(3) == 0);
            taken.RemoveAll(id => retracted.Contains(id) && random.Next(3) > 0);
            await RecordAsync(recorded, random, due, retracted);
            if (random.Next(3) == 0) await server.RestartAsync();
            await AskAsync(recorded, random, 4);
        }

        Assert.Empty(coming);
        for (var run = 0; run < 2; run++)
        {
            await AskAsync(recorded, random, 8);
            for (var agentId = 1; agentId <= Agents; agentId++)
                await new EventQuestions(recorded, new(CompanyId, agentId), random).CheckOfflinePeriodsAsync();
            await server.RestartAsync();
            server.Pass(TimeSpan.FromHours(random.Next(1, 30)));
        }
    }

    private static IEnumerable<StatusEvent> History(Random random, long agentId) =>
        from e in RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs)
        select e with
        {
            Agent = new(CompanyId, agentId),
            EventId = $"{agentId}-{e.EventId}",
            Actor = e.Label.Length > 0 ? "Žofie" : "",
        };

    /// <summary>One after the other, where each answer is checked, or at once.</summary>
    private static async Task RecordAsync(
        RecordedEvents recorded, Random random, List<StatusEvent> events, List<string> retracted)
    {
        var steps = events.ConvertAll(e => (Event: (StatusEvent?)e, e.EventId))
            .Concat(retracted.ConvertAll(id => (Event: (StatusEvent?)null, EventId: id))).ToArray();
        random.Shuffle(steps);
        if (random.Next(3) > 0)
        {
            foreach (var (e, id) in steps)
            {
                if (e is null) await recorded.RetractAsync(id);
                else await recorded.RecordAsync(e);
            }

            return;
        }

        // Two batches at a time: a connection may have a few.
        foreach (var part in steps.Chunk(random.Next(1, 20)))
        {
            StatusEvent[] batch = [.. part.Select(one => one.Event).OfType<StatusEvent>()];
            await Task.WhenAll(
                recorded.RecordAllAsync(batch[(batch.Length / 2)..]),
                recorded.RecordAllAsync(batch[..(batch.Length / 2)]),
                recorded.RetractAllAsync([.. part.Where(one => one.Event is null).Select(one => one.EventId)]));
        }

        recorded.Note(events, retracted);
    }

    private static async Task AskAsync(RecordedEvents recorded, Random random, int questions)
    {
        for (var agentId = 1; agentId <= Agents + 1; agentId++)
            await new EventQuestions(recorded, new(CompanyId, agentId), random).AskAsync(questions);
        await EventQuestions.AskWhoIsListedAsync(recorded, random, Agents);
    }
}
