using AgentStatus.Server.CompanySettings;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>Weeks of random events, through the API, as a clock goes on: whatever the order, repetition and delay,
/// every answer is the model's, in memory, behind its horizon and across its trimming; when hours change; and after a
/// restart.</summary>
public sealed class HistoryLawTests
{
    private const long CompanyId = 280197;
    private const int Agents = 4;
    private const int Steps = 6;

    private static readonly string[] Hours =
    [
        """
        {"280197": {"time_zone": "Australia/Lord_Howe", "weekly": {"monday": [["09:00","12:00"],["13:00","17:30"]],
            "tuesday": [["22:00","06:00"]], "sunday": [["00:00","24:00"]]},
            "holidays": ["2026-03-02", "--02-28", {"from": "2026-02-10", "to": "2026-02-12"}],
            "agents": {"2": {"weekly": {"thursday": [["10:00","10:01"]]}},
                "3": {"time_zone": "Samoa Standard Time", "weekly": {"friday": [["09:00:30","17:00:01"]]}}}}}
        """,
        """
        {"280197": {"time_zone": "America/Havana", "weekly": {"friday": [["08:00","20:00"]]},
            "agents": {"3": {"exceptions": [{"date": "2026-03-08", "hours": [["00:00","24:00"]]}]}}}}
        """,
    ];

    [Theory]
    [InlineData("00:01:00")]
    [InlineData("01:00:00")]
    [InlineData("3.00:00:00")]
    [InlineData("62.00:00:00")]
    public Task Every_answer_is_the_model_s(string horizon) => Seeds.ForEachAsync(1, async random =>
    {
        var history = RandomHistory(random);
        var stepMs = (history.Max(e => e.OccurredAtMs) - RandomEvents.StartMs + 1) / Steps;
        var startedAt = DateTimeOffset.FromUnixTimeMilliseconds(RandomEvents.StartMs);
        await using var server = await TestServer.StartWithHoursAsync(startedAt, Hours[0], "--Memory:Horizon", horizon);
        var recorded = new List<StatusEvent>();
        for (var step = 0; step < Steps; step++)
        {
            server.Pass(TimeSpan.FromMilliseconds(stepMs));
            if (step == Steps / 2) await ChangeHoursAsync(server);

            // A fifth of the events come late, by a step or more.
            var due = history.Where(e => e.OccurredAtMs <= server.NowMs && random.Next(5) > 0).ToList();
            due.AddRange(AtTheHorizon(server, horizon, random, step));
            history.RemoveAll(due.Contains);
            recorded.AddRange(due);
            var repeated = due.Where(_ => random.Next(2) == 0).Concat(recorded.Where(_ => random.Next(9) == 0));
            await RecordAsync(server, random, [.. due, .. repeated]);
            await CheckAsync(server, recorded, random, 6);
        }

        await RecordAsync(server, random, history);
        recorded.AddRange(history);
        await CheckAsync(server, recorded, random, 10);
        await CheckOfflinePeriodsAsync(server, recorded);
        await server.RestartAsync();
        await CheckAsync(server, recorded, random, 10);
        server.Pass(TimeSpan.FromHours(random.Next(1, 30)));
        await CheckAsync(server, recorded, random, 10);
        await CheckOfflinePeriodsAsync(server, recorded);
    });

    private static List<StatusEvent> RandomHistory(Random random) =>
        [.. Enumerable.Range(1, Agents).SelectMany(agent => RandomEvents.Of(random)
            .Select(e => e with { Agent = new(CompanyId, agent), EventId = $"{agent}-{e.EventId}" }))
            .Append(new(new(CompanyId, 1), Core.Status.Away, Origin.Agent, RandomEvents.StartMs, "1-first"))];

    /// <summary>Around where memory begins, and where what it has loaded begins.</summary>
    private static IEnumerable<StatusEvent> AtTheHorizon(TestServer server, string horizon, Random random, int step)
    {
        var horizonMs = server.NowMs - (long)TimeSpan.Parse(horizon).TotalMilliseconds;
        for (var agent = 1; agent <= Agents; agent++)
        {
            if (random.Next(2) == 0) continue;
            var atMs = horizonMs - (random.Next(2) * Limits.WrapUpMs) + random.Next(-1, 2);
            var (origin, status) = random.Next(2) == 0
                ? (Origin.Agent, Core.Status.Busy)
                : (Origin.App, Core.Status.Offline);
            yield return new StatusEvent(new(CompanyId, agent), status, origin, atMs, $"{agent}-horizon-{step}");
        }
    }

    private static async Task RecordAsync(TestServer server, Random random, IEnumerable<StatusEvent> events)
    {
        var shuffled = events.ToArray();
        random.Shuffle(shuffled);
        var answers = await Task.WhenAll(shuffled.Select(e => server.Service.RecordAsync(
            (V1.AgentStatus)e.Status, Times.At(e.OccurredAtMs), e.EventId, (StatusOrigin)e.Origin, e.Agent.AgentId,
            e.Agent.CompanyId)));
        Assert.Equal(shuffled.Select(e => e.EventId), answers.Select(answer => answer.EventId));
    }

    private static async Task CheckAsync(TestServer server, List<StatusEvent> recorded, Random random, int questions)
    {
        Assert.NotNull(await server.Part<CompanySettingsCache>().FindAsync(CompanyId, CancellationToken.None));
        for (var agent = 1; agent <= Agents + 1; agent++)
            await Of(server, recorded, agent).AskAsync(random, questions);
    }

    private static async Task CheckOfflinePeriodsAsync(TestServer server, List<StatusEvent> recorded)
    {
        server.Time.Advance(ServerLimits.MaintenanceInterval);
        for (var agent = 1; agent <= Agents; agent++) await Of(server, recorded, agent).CheckOfflinePeriodsAsync();
    }

    private static Questions Of(TestServer server, List<StatusEvent> recorded, long agentId)
    {
        var agent = new AgentKey(CompanyId, agentId);
        return new(server, agent, recorded.Where(e => e.Agent == agent).ToList());
    }

    private static async Task ChangeHoursAsync(TestServer server)
    {
        Assert.NotNull(await server.Part<CompanySettingsCache>().FindAsync(CompanyId, CancellationToken.None));
        server.WriteHours(Hours[1]);
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromMinutes(5));
            return server.Store.ReadHours().Count() == 2;
        });
    }
}
