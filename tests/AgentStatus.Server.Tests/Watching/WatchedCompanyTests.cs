using AgentStatus.Core.Timelines;
using AgentStatus.Server.Watching;

namespace AgentStatus.Server.Tests.Watching;

/// <summary>Rounds by hand: events come whenever the watch looks at the clock, the moments at which it matters in which
/// order it reads.</summary>
public sealed class WatchedCompanyTests
{
    private const long CompanyId = 1;
    private const int Agents = 3;

    [Fact]
    public async Task What_was_acknowledged_before_known_through_is_told_with_it_or_before()
    {
        var clock = new BusyClock();
        var cut = new RetentionCut();
        using var statuses = new StatusLookup(clock.Timelines, null!, new CompanyLabels(), cut, _ => { });
        var company = new WatchedCompany(CompanyId, clock.Timelines, statuses, cut, () => { }, clock);
        clock.Timelines.Changed += change => company.Note(change);
        using var always = new Watcher(company, null, IPAddress.Loopback, () => { }, clock);
        using var seldom = new Watcher(company, null, IPAddress.Loopback, () => { }, clock);
        Assert.True(company.TryAdd(always, null));
        Assert.True(company.TryAdd(seldom, null));
        var (ofAlways, ofSeldom) = (new Told(clock), new Told(clock));
        Task<WatchBatch>? pending = null;
        var waits = new List<TaskCompletionSource>();
        for (var round = 1; round < 200; round++)
        {
            clock.Pass(TimeSpan.FromMilliseconds(70));
            company.Work(waits);
            waits.ForEach(wait => wait.SetResult());
            waits.Clear();
            pending ??= always.NextAsync(CancellationToken.None);

            // It may be woken in a moment, or wait for a round that is not due yet.
            for (var i = 0; i < 50 && !pending.IsCompleted; i++) await Task.Yield();
            if (pending.IsCompleted)
            {
                ofAlways.Check(await pending);
                pending = null;
            }

            if (round % 7 == 0) ofSeldom.Check(await seldom.NextAsync(CancellationToken.None));
        }

        Assert.InRange(ofAlways.KnownTimes, 20, 200);
        Assert.InRange(ofSeldom.KnownTimes, 20, 200);
    }

    /// <summary>What one watcher was told.</summary>
    private sealed class Told(BusyClock clock)
    {
        private readonly Dictionary<long, long> _sinceMs = [];

        public int KnownTimes { get; private set; }

        public void Check(WatchBatch batch)
        {
            foreach (var update in batch.Updates)
            {
                Assert.True(update.At.SinceMs >= _sinceMs.GetValueOrDefault(update.AgentId), $"{update} is older");
                _sinceMs[update.AgentId] = update.At.SinceMs;
            }

            if (batch.KnownThroughMs is not { } knownMs) return;
            KnownTimes++;
            foreach (var (agentId, sinceMs) in clock.AcknowledgedBefore(knownMs))
                Assert.True(
                    _sinceMs.GetValueOrDefault(agentId) >= sinceMs,
                    $"agent {agentId} since {sinceMs} is missing, known through {knownMs}");
        }
    }

    /// <summary>Each look at it finds an event published and acknowledged, a millisecond before.</summary>
    private sealed class BusyClock : TimeProvider
    {
        private readonly List<(long AgentId, long AtMs)> _published = [];
        private long _nowMs = RandomEvents.StartMs;

        public TimelineIndex Timelines { get; } = new(CallLimits.Default);

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _nowMs;

        public void Pass(TimeSpan time) => _nowMs += (long)time.TotalMilliseconds;

        public override DateTimeOffset GetUtcNow()
        {
            var agent = new AgentKey(CompanyId, 1 + (_published.Count % Agents));
            var status = _published.Count / Agents % 2 == 0 ? Status.Busy : Status.Away;
            var before = Timelines.Find(agent);
            Timelines.Publish(new TimelineChange(
                agent, before, before.With(new(_nowMs, status, Origin.Agent)), _nowMs));
            _published.Add((agent.AgentId, _nowMs));
            return DateTimeOffset.FromUnixTimeMilliseconds(++_nowMs);
        }

        public IEnumerable<(long AgentId, long SinceMs)> AcknowledgedBefore(long instantMs) =>
            from one in _published
            where one.AtMs < instantMs
            group one.AtMs by one.AgentId into ofAgent
            select (ofAgent.Key, ofAgent.Max());
    }
}
