using AgentStatus.Server.Tests.Laws;

namespace AgentStatus.Server.Tests.Erasing;

/// <summary>Whatever was recorded, retracted and kept before and after: a server that erased agents answers as one that
/// never had what was erased. In memory and behind its horizon, and after a restart.</summary>
public sealed class EraseLawTests
{
    private const int Agents = 4;
    private const int Calls = 4;
    private const string Hours = """{"280197": {"weekly": {"monday": [["09:00", "17:00"]]}}}""";

    [Theory]
    [InlineData("12:00:00")]
    [InlineData("62.00:00:00")]
    public Task A_server_that_erased_answers_as_one_that_never_knew(string horizon) => Seeds.ForEachAsync(
        3,
        async random =>
        {
            var (before, after) = (Histories(random, "old"), Histories(random, "new"));
            HashSet<long> erased = random.Next(2) == 0 ? [2] : [1, 3];
            var nowMs = before.Concat(after).Max(e => e.OccurredAtMs) + 1;
            await using var server = await StartAsync(nowMs, horizon);
            await using var never = await StartAsync(nowMs, horizon);
            await RecordAsync(server, random.Next(), before, []);
            var seed = random.Next();
            await RecordAsync(never, seed, [.. before.Where(e => !erased.Contains(e.Agent.AgentId))], []);
            await KeepAsync(server, seed, []);
            await KeepAsync(never, seed, erased);
            foreach (var one in (TestServer[])[server, never])
                await Until.TrueAsync(() => one.Part<CompanyHours>().Find(ErasedAnswers.CompanyId) is not null);
            foreach (var agentId in erased) await ErasedAnswers.EraseAsync(server, agentId);
            var life = random.Next(2) == 0 ? after : [];
            foreach (var one in (TestServer[])[server, never])
                one.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs).AddHours(1));
            await RecordAsync(server, seed, life, erased);
            await RecordAsync(never, seed, life, erased);
            long[] agents = [.. Enumerable.Range(1, Agents + 1).Select(id => (long)id)];
            long[] instants =
            [
                .. before.Concat(after).Select(e => e.OccurredAtMs - random.Next(-1, 2)).Where(_ => random.Next(4) == 0)
                    .Append(RandomHistory.StartMs).Append(nowMs),
            ];
            long[] calls = [.. Enumerable.Range(1, Calls).Select(id => (long)id)];
            for (var run = 0; run < 2; run++)
            {
                Assert.Equal(
                    await ErasedAnswers.OfAsync(never, agents, instants, calls),
                    await ErasedAnswers.OfAsync(server, agents, instants, calls));
                Assert.Empty(await ErasedAnswers.FaultsAsync(server));
                await Until.TrueAsync(
                    () => ErasedAnswers.PeriodsOf(never, agents).SequenceEqual(ErasedAnswers.PeriodsOf(server, agents)),
                    () => string.Join('\n', ErasedAnswers.PeriodsOf(server, agents)));
                await server.RestartAsync();
                await never.RestartAsync();
            }
        });

    [Fact]
    public async Task An_erased_company_is_as_one_never_known() => await Seeds.ForEachAsync(2, async random =>
    {
        var history = Histories(random, "old");
        var nowMs = history.Max(e => e.OccurredAtMs) + 1;
        await using var server = await StartAsync(nowMs, "12:00:00");
        await RecordAsync(server, random.Next(), history, []);
        await KeepAsync(server, random.Next(), []);
        await server.Service.RetractStatusAsync(new() { CompanyId = ErasedAnswers.CompanyId, EventId = "waits" });
        await server.Service.RecordAsync(V1.AgentStatus.Away, companyId: 7);

        var erased = await ErasedAnswers.EraseAsync(server);

        Assert.Equal(history.Length, erased.Events);
        Assert.InRange(erased.Retractions, 1, history.Length);
        Assert.Equal(new V1.ErasedCounts(), await ErasedAnswers.EraseAsync(server));
        await using var never = await StartAsync(nowMs, "12:00:00");
        never.Time.SetUtcNow(server.Time.GetUtcNow());
        long[] agents = [.. Enumerable.Range(1, Agents).Select(id => (long)id)];
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(
                await ErasedAnswers.OfAsync(never, agents, [nowMs - 1, nowMs], [1, 2, 3, 4]),
                await ErasedAnswers.OfAsync(server, agents, [nowMs - 1, nowMs], [1, 2, 3, 4]));
            Assert.Empty(await ErasedAnswers.FaultsAsync(server));
            Assert.DoesNotContain(server.Store.ReadHours(), version => version.CompanyId == ErasedAnswers.CompanyId);
            Assert.Equal(
                V1.AgentStatus.Away,
                (await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 7, AgentId = 1 })).Status);
            await server.RestartAsync();
        }
    });

    private static Task<TestServer> StartAsync(long nowMs, string horizon) => TestServer.StartWithHoursAsync(
        DateTimeOffset.FromUnixTimeMilliseconds(nowMs), Hours, "--Memory:Horizon", horizon);

    private static StatusEvent[] Histories(Random random, string name) =>
    [
        .. Enumerable.Range(1, Agents).SelectMany(agentId =>
            RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs).ConvertAll(e => e with
            {
                Agent = new(ErasedAnswers.CompanyId, agentId),
                EventId = $"{name}-{agentId}-{e.EventId}",
            })),
    ];

    /// <summary>Records them in some order, those of a seed in the same one, and retracts some.</summary>
    /// <param name="only">Of which agents; empty: all.</param>
    private static async Task RecordAsync(
        TestServer server, int seed, IReadOnlyList<StatusEvent> history, HashSet<long> only)
    {
        StatusEvent[] events = [.. history.Where(e => only.Count == 0 || only.Contains(e.Agent.AgentId))];
        new Random(seed).Shuffle(events);
        foreach (var batch in events.Chunk(16))
        {
            var request = new RecordStatusesRequest { CompanyId = ErasedAnswers.CompanyId };
            request.Events.AddRange(batch.Select(RecordedEvents.Request));
            Assert.All((await server.Service.RecordStatusesAsync(request)).Results, one => Assert.Null(one.Error));
        }

        foreach (var e in history.Where(e => events.Contains(e) && e.EventId[^1] % 3 == 0))
        {
            await server.Service.RetractStatusAsync(
                new() { CompanyId = ErasedAnswers.CompanyId, EventId = e.EventId, Reason = "wrong" });
        }
    }

    /// <summary>Keeps the same rings, but for those of some agents.</summary>
    private static async Task KeepAsync(TestServer server, int seed, HashSet<long> without)
    {
        var random = new Random(seed);
        for (var i = 0; i < 3 * Calls; i++)
        {
            var request = new ClassifyRingTargetRequest
            {
                CompanyId = ErasedAnswers.CompanyId,
                CallId = 1 + random.Next(Calls),
                AgentId = 1 + random.Next(Agents),
                RingAt = Times.At(server.NowMs - 100_000 + i),
                Outcome = V1.RingOutcome.NoAnswer,
                Record = true,
            };
            if (!without.Contains(request.AgentId)) await server.Service.ClassifyRingTargetAsync(request);
        }
    }
}
