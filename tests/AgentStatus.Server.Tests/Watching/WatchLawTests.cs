using AgentStatus.Server.Tests.Laws;

namespace AgentStatus.Server.Tests.Watching;

/// <summary>Whoever applies what a watch tells, however slowly, ends up with what the model says: of now, and of the
/// past where it asks again from when the watch said that it changed.</summary>
public sealed class WatchLawTests
{
    private const long CompanyId = 280197;
    private const int Agents = 5;
    private const int Steps = 6;

    [Theory]
    [InlineData("00:01:00")]
    [InlineData("62.00:00:00")]
    public Task A_board_and_a_report_that_follow_a_watch_are_the_model_s(string horizon) => Seeds.ForEachAsync(
        2, random => RunAsync(random, "--Memory:Horizon", horizon));

    private static async Task RunAsync(Random random, params string[] args)
    {
        var coming = Enumerable.Range(1, Agents).SelectMany(agent => History(random, agent)).ToList();
        var taken = coming.Where(_ => random.Next(5) == 0).Select(e => e.EventId).ToList();
        var lastMs = coming.Max(e => e.OccurredAtMs);
        await using var server = await TestServer.StartAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(RandomHistory.StartMs), args);
        var recorded = new RecordedEvents(server, CompanyId);
        var followers = new List<Follower>();
        for (var step = 0; step <= Steps; step++)
        {
            server.Pass(TimeSpan.FromMilliseconds(
                step == Steps
                    ? Math.Max(2_000, lastMs - server.NowMs)
                    : Math.Max(2_000, (lastMs - RandomHistory.StartMs) / Steps) + random.Next(1_000)));
            if (random.Next(2) == 0 || step == Steps) followers.Add(Follower.Open(random, server));
            var aheadMs = random.Next(2) * (Limits.FutureMs - 1_000);
            var due = coming.FindAll(
                e => e.OccurredAtMs <= server.NowMs + aheadMs && (step == Steps || random.Next(4) > 0));
            coming.RemoveAll(due.Contains);
            var retracted = taken.FindAll(_ => step == Steps || random.Next(3) == 0);
            taken.RemoveAll(retracted.Contains);
            await RecordAsync(recorded, random, due, retracted, followers);
            foreach (var follower in followers) await follower.CheckAsync(recorded);
            if (random.Next(4) > 0) continue;
            followers.ForEach(follower => follower.Dispose());
            followers.Clear();
            await server.RestartAsync();
        }

        Assert.Empty(coming);
        for (var i = 0; i < 3; i++)
        {
            server.Pass(TimeSpan.FromHours(random.Next(1, 15)));
            foreach (var follower in followers) await follower.CheckAsync(recorded);
        }

        followers.ForEach(follower => follower.Dispose());
    }

    private static IEnumerable<StatusEvent> History(Random random, long agentId) =>
        from e in RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs)
        select e with { Agent = new(CompanyId, agentId), EventId = $"{agentId}-{e.EventId}" };

    private static async Task RecordAsync(
        RecordedEvents recorded, Random random, List<StatusEvent> events, List<string> retracted,
        List<Follower> followers)
    {
        var steps = events.ConvertAll(e => (Event: (StatusEvent?)e, e.EventId))
            .Concat(retracted.ConvertAll(id => (Event: (StatusEvent?)null, EventId: id))).ToArray();
        random.Shuffle(steps);
        foreach (var (e, id) in steps)
        {
            if (e is null) await recorded.RetractAsync(id);
            else await recorded.RecordAsync(e);
            if (random.Next(2) == 0) recorded.Server.Time.Advance(TimeSpan.FromMilliseconds(random.Next(150)));
            foreach (var follower in followers.Where(_ => random.Next(3) == 0)) follower.Read();
        }
    }

    /// <summary>A board, and a report beside it that is asked for again only from when the watch says that it
    /// changed.</summary>
    private sealed class Follower : IDisposable
    {
        private readonly Dictionary<long, List<(long StartMs, long EndMs, ModelStatus Status)>> _reports = [];
        private readonly IReadOnlySet<long> _agentIds;
        private readonly WatchReader? _reader;
        private readonly DirectReader? _direct;

        private Follower(Random random, TestServer server)
        {
            long[] named = random.Next(2) == 0
                ? [] : [.. Enumerable.Range(1, Agents + 1).Select(id => (long)id).Where(_ => random.Next(2) == 0)];
            _agentIds = named.ToHashSet();
            if (random.Next(3) == 0) _reader = WatchReader.Open(server, CompanyId, named);
            else _direct = new DirectReader(server, CompanyId, named);
        }

        public static Follower Open(Random random, TestServer server) => new(random, server);

        /// <summary>A slow reader reads now; the others read by themselves.</summary>
        public void Read() => _direct?.Read();

        public async Task CheckAsync(RecordedEvents recorded)
        {
            var server = recorded.Server;
            var polls = 0;
            await Until.TrueAsync(() =>
            {
                // It is told at the latest half a second after that; time stands still in between.
                if (polls++ % 40 == 0) server.Time.Advance(ServerLimits.WatchProgress);
                while (_direct?.Read() is not null) { }
                return Look(board => board.KnownThroughMs) == server.NowMs;
            });
            var nowMs = server.NowMs;
            var rings = await server.Service.ClassifyRingTargetsAsync(new()
            {
                CompanyId = CompanyId,
                Targets = { Look(board => board.Agents.Keys.ToList()).Select(id => new RingTarget { AgentId = id }) },
            });
            foreach (var ring in rings.Results)
            {
                var agent = Look(board => board.Agents[ring.AgentId]);
                Assert.Equal(
                    (ring.Status, ring.StatusSince, ring.Origin), (agent.Status, agent.Since, agent.Origin));
            }

            for (var agentId = 1; agentId <= Agents + 1; agentId++)
                Check(agentId, recorded.Of(new(CompanyId, agentId)), nowMs);
        }

        public void Dispose()
        {
            _reader?.Dispose();
            _direct?.Dispose();
        }

        private void Check(long agentId, ModelAgent model, long nowMs)
        {
            var (status, sinceMs) = RecordedEvents.At(model, nowMs);
            var agent = Look(board => board.Agents.GetValueOrDefault(agentId));
            if (_agentIds.Count > 0) Assert.Equal(_agentIds.Contains(agentId), agent is not null);
            if (agent is null)
            {
                // All of a company, but for those who are gone.
                Assert.True(_agentIds.Count > 0 || status.Status == Status.Unknown, $"agent {agentId} is missing");
                return;
            }

            Assert.Equal(
                (status.Status, status.Origin, status.Label, sinceMs),
                ((Status)agent.Status, (Origin)agent.Origin, agent.Label,
                    agent.Since is null ? null : Times.Ms(agent.Since)));
            Assert.Equal(model.Between(RecordedEvents.FirstMs, nowMs + 1), Report(agentId, model, nowMs + 1));
        }

        /// <summary>What was kept of the report, with what is asked for again.</summary>
        private List<(long StartMs, long EndMs, ModelStatus Status)> Report(
            long agentId, ModelAgent model, long toMs)
        {
            var kept = _reports.GetValueOrDefault(agentId, []);
            if (Look(board => board.TakeChangedFromMs(agentId)) is { } changedMs)
            {
                var fromMs = Math.Max(changedMs, RecordedEvents.FirstMs);
                kept = [.. kept.Where(one => one.StartMs < fromMs)];
                if (kept.Count > 0) kept[^1] = kept[^1] with { EndMs = fromMs };
                foreach (var asked in model.Between(fromMs, toMs))
                {
                    if (kept.Count > 0 && kept[^1].Status == asked.Status)
                        kept[^1] = kept[^1] with { EndMs = asked.EndMs };
                    else kept.Add(asked);
                }
            }
            else
            {
                kept[^1] = kept[^1] with { EndMs = toMs };
            }

            return _reports[agentId] = kept;
        }

        private T Look<T>(Func<WatchedBoard, T> look) =>
            _reader is null ? look(_direct!.Board) : _reader.Look(look);
    }
}
