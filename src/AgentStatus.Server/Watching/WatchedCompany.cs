using System.Runtime.InteropServices;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Projections;

namespace AgentStatus.Server.Watching;

/// <summary>A company that is watched: what changed since its last round, and who is told. The writer notes, the
/// watch's thread makes the rounds, any thread comes and goes as a watcher.</summary>
internal sealed class WatchedCompany(
    long companyId,
    TimelineIndex timelines,
    StatusLookup statuses,
    RetentionCut cut,
    Action wake,
    TimeProvider clock)
{
    private readonly Lock _noting = new();
    private readonly Lock _gate = new();
    private readonly List<Watcher> _watchers = [];
    private readonly Wakings<long> _expected = new(IdComparer.Instance);
    private Dictionary<long, Noted> _noted = new(IdComparer.Instance);
    private Dictionary<long, Noted> _taken = new(IdComparer.Instance);
    private long _round;
    private long? _knownThroughMs;
    private long? _changedAt;
    private long? _toldAt;

    public long CompanyId => companyId;

    /// <summary>The round that is being made, or the last one: its statuses are read from the moment on at which this
    /// shows it. Any thread.</summary>
    public long Round => Interlocked.Read(ref _round);

    /// <summary>Notes a change. The writer's thread: an entry in a table, whoever watches.</summary>
    public void Note(in TimelineChange change)
    {
        bool isFirst;
        lock (_noting)
        {
            isFirst = _noted.Count == 0;
            ref var noted = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _noted, change.Agent.AgentId, out var isKnown);
            noted = isKnown
                ? noted with { FromMs = Math.Min(noted.FromMs, change.FromMs) }
                : new(change.Before, change.FromMs);
        }

        if (isFirst) wake();
    }

    /// <summary>Adds a watcher, which is told of its agents first.</summary>
    /// <param name="named">Its agents; null: all.</param>
    /// <returns>False: the company has too many agents for one who names none.</returns>
    public bool TryAdd(Watcher watcher, IReadOnlySet<long>? named)
    {
        lock (_gate)
        {
            // In this order: what was acknowledged before known_through is seen by whoever looks for it from now on.
            // What comes later is noted, and handed when this is done.
            var nowMs = clock.NowMs();
            var knownThroughMs = timelines.KnownThroughMs(nowMs);
            IReadOnlyCollection<long> agents = named ?? (IReadOnlyCollection<long>)timelines.AgentsOf(companyId);
            if (named is null && agents.Count > ServerLimits.WatchedCompanyAgents) return false;
            foreach (var agentId in agents)
                if (!_expected.Contains(agentId)) Expect(agentId, Find(agentId), nowMs);
            _knownThroughMs = knownThroughMs;
            watcher.Begin(agents, knownThroughMs);
            _watchers.Add(watcher);
        }

        wake();
        return true;
    }

    /// <summary>Takes a watcher away; true if it was the last one.</summary>
    public bool Remove(Watcher watcher)
    {
        lock (_gate)
        {
            _watchers.Remove(watcher);
            return _watchers.Count == 0;
        }
    }

    /// <summary>Makes a round if one is due, and gives how long there is nothing to do. The watch's thread.</summary>
    /// <param name="waits">The waits of readers, to be completed, are added here.</param>
    public TimeSpan Work(List<TaskCompletionSource> waits)
    {
        List<Watcher> unread;
        TimeSpan wait;
        lock (_gate)
        {
            try
            {
                if (Wait() <= TimeSpan.Zero) MakeRound(waits);
            }
            catch (Exception failure)
            {
                // Whoever comes again begins anew, with the present statuses.
                foreach (var watcher in _watchers) watcher.Fail(failure);
                _watchers.Clear();
            }

            unread = _watchers.FindAll(watcher => watcher.IsUnread);
            wait = Wait();
        }

        foreach (var watcher in unread) watcher.EndUnread();
        return wait;
    }

    /// <summary>The agents as they are now.</summary>
    /// <param name="portion">Which, and what was told before.</param>
    /// <param name="isNamed">Whether the watcher named them.</param>
    /// <exception cref="StoreException">The store did not tell since when one has its status.</exception>
    public async Task<WatchBatch> ComposeAsync(WatchPortion portion, bool isNamed, CancellationToken cancellation)
    {
        var nowMs = clock.NowMs();
        var updates = new List<AgentUpdate>(portion.Differences.Count);
        foreach (var difference in portion.Differences)
        {
            // Who had left before the watch began is not listed.
            if (difference.FromMs == AgentDifference.Untold && !isNamed && IsGone(difference.AgentId, nowMs)) continue;
            var agent = new AgentKey(companyId, difference.AgentId);
            if (!statuses.TryFind(agent, nowMs, out var at))
                at = await statuses.FindAsync(agent, nowMs, cancellation);
            updates.Add(Update(difference, at, portion.ToldMs));
        }

        return new(updates, portion.KnownThroughMs, isShared: false);
    }

    private TimeSpan Wait()
    {
        var (changedFor, toldFor) = (SinceOrLong(_changedAt), SinceOrLong(_toldAt));
        bool hasNoted;
        lock (_noting) hasNoted = _noted.Count > 0;
        var wait = ServerLimits.WatchProgress - toldFor;
        if (hasNoted) wait = Least(wait, ServerLimits.WatchInterval - changedFor);
        if (_expected.NextMs is { } nextMs)
        {
            var ahead = TimeSpan.FromMilliseconds(Math.Max(0, nextMs - clock.NowMs()));
            wait = Least(wait, ahead > ServerLimits.WatchInterval - changedFor
                ? ahead
                : ServerLimits.WatchInterval - changedFor);
        }

        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private TimeSpan SinceOrLong(long? at) => at is { } then ? clock.GetElapsedTime(then) : ServerLimits.WatchUnread;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void MakeRound(List<TaskCompletionSource> waits)
    {
        // In this order: what is acknowledged before known_through is noted by now.
        var nowMs = clock.NowMs();
        var knownThroughMs = timelines.KnownThroughMs(nowMs);
        lock (_noting) (_noted, _taken) = (_taken, _noted);
        Interlocked.Increment(ref _round);
        var differences = FindDifferences(nowMs);
        var hasChanged = _taken.Count + differences.Length > 0;
        _taken.Clear();

        var isProgress = SinceOrLong(_toldAt) >= ServerLimits.WatchProgress;
        var round = new WatchRound(
            _round, differences, knownThroughMs, isProgress, TryShare(differences, nowMs, knownThroughMs));
        foreach (var watcher in _watchers)
            if (watcher.Hand(round) is { } wait) waits.Add(wait);
        if (hasChanged) _changedAt = clock.GetTimestamp();
        if (isProgress) _toldAt = clock.GetTimestamp();
        _knownThroughMs = knownThroughMs;
    }

    private AgentDifference[] FindDifferences(long nowMs)
    {
        var found = new Dictionary<long, long>(IdComparer.Instance);
        while (_expected.TryTake(nowMs, out var agentId, out var atMs))
        {
            // What was expected may have come to nothing.
            var timeline = Find(agentId);
            if (timeline.FindNextChange(atMs - 1) == atMs) found.Add(agentId, atMs);
            Expect(agentId, timeline, nowMs);
        }

        foreach (var (agentId, (before, fromMs)) in _taken)
        {
            var timeline = Find(agentId);
            Expect(agentId, timeline, nowMs);
            if (Timeline.FindDifference(before, timeline, Math.Max(fromMs, cut.Ms), nowMs) is { } differsMs)
                found[agentId] = Math.Min(differsMs, found.GetValueOrDefault(agentId, long.MaxValue));
        }

        return [.. found.Select(one => new AgentDifference(one.Key, one.Value))];
    }

    /// <summary>The round for those who have been told all before; null where a store has to be asked.</summary>
    private WatchBatch? TryShare(AgentDifference[] differences, long nowMs, long knownThroughMs)
    {
        var updates = new AgentUpdate[differences.Length];
        for (var i = 0; i < updates.Length; i++)
        {
            if (!statuses.TryFind(new(companyId, differences[i].AgentId), nowMs, out var at)) return null;
            updates[i] = Update(differences[i], at, _knownThroughMs);
        }

        return updates.Length > ServerLimits.WatchPortionAgents ? null : new(updates, knownThroughMs, isShared: true);
    }

    /// <summary>The past changed where the difference began before the status that is told, or before what was said to
    /// be known.</summary>
    private AgentUpdate Update(AgentDifference difference, in StatusAt at, long? toldMs)
    {
        var (agentId, fromMs) = difference;
        var isPast = fromMs != AgentDifference.Untold
            && (at.Status == Status.Unknown || fromMs < at.SinceMs || fromMs < toldMs);
        return new(agentId, at, statuses.LabelOf(companyId, at), isPast ? fromMs : null);
    }

    private Timeline Find(long agentId) => timelines.Find(new(companyId, agentId));

    private void Expect(long agentId, in Timeline timeline, long nowMs) =>
        _expected.Expect(agentId, timeline.FindNextChange(nowMs));

    private bool IsGone(long agentId, long nowMs) =>
        Find(agentId) is var timeline && (timeline.Count == 0 || timeline.IsGone(nowMs + 1, nowMs + 1));

    /// <summary>An agent's timeline before the first change since the last round, and from when on it differs at the
    /// earliest.</summary>
    private readonly record struct Noted(Timeline Before, long FromMs);
}
