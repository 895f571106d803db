using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>One agent's timeline, what it becomes with events that are durable, and who waits for the answers. For
/// nearly all, memory alone can tell; for the others the store is read, on another thread than the writer's. One thread
/// at a time; readers see nothing of it until it is published.</summary>
internal sealed class TimelineUpdate(AgentKey agent, TimelineLoader loader)
{
    private readonly List<(AppendResult Appended, RecordCommand? Sender)> _events = [];
    private TaskCompletionSource<bool>? _shown;
    private RecordResult[] _results = [];
    private Timeline _before;
    private Timeline _after;
    private bool _isAnew;
    private (long FromMs, long ToMs)? _retracted;

    /// <summary>Whether anybody waits for an answer: of what other servers stored nothing is judged.</summary>
    private bool _isAwaited;

    /// <summary>Of instants with several events: all of them, in order.</summary>
    private Dictionary<long, List<StatusEvent>>? _tied;

    /// <summary>Whether events are APPLIED, by id, where one pass told it of many.</summary>
    private readonly Dictionary<string, bool> _applied = [];

    /// <summary>Whether the events of an instant are APPLIED, as far as their status is in force.</summary>
    private readonly Dictionary<long, bool[]> _appliedAt = [];

    public AgentKey Agent => agent;

    /// <summary>The timeline may have changed from here on; <see cref="long.MaxValue"/>: it has not.</summary>
    public long ChangedFromMs { get; private set; } = long.MaxValue;

    /// <summary>From when on it is to be kept; the default: all of it.</summary>
    public long TrimmedToMs { get; init; } = long.MinValue;

    /// <summary>Whether some of the events are in the spool: memory shows them as well as it can.</summary>
    public bool HasSpooled { get; private set; }

    /// <summary>When the last of the events occurred; null: there is none.</summary>
    public long? LastOccurredAtMs { get; private set; }

    /// <summary>Ends when it is published: true if it says all that the store does. The writer's thread asks.</summary>
    public Task<bool> Shown => (_shown ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Adds an event that is durable, stored now or before.</summary>
    /// <param name="sender">Who waits for the answer; null: another server stored it.</param>
    public void Add(AppendResult appended, RecordCommand? sender)
    {
        var atMs = appended.Stored.OccurredAtMs;
        _events.Add((appended, sender));
        HasSpooled |= appended.IsSpooled;
        _isAwaited |= sender is not null;
        LastOccurredAtMs = Math.Max(atMs, LastOccurredAtMs ?? atMs);
    }

    /// <summary>Has the whole timeline read from the store; it may be wrong from an instant on.</summary>
    public void ReadAnew(long fromMs)
    {
        _isAnew = true;
        ChangedFromMs = Math.Min(ChangedFromMs, fromMs);
    }

    /// <summary>Takes an event out that does not count any more.</summary>
    public void Retract(StatusEvent e)
    {
        var (fromMs, toMs) = _retracted ?? (e.OccurredAtMs, e.OccurredAtMs);
        _retracted = (Math.Min(fromMs, e.OccurredAtMs), Math.Max(toMs, e.OccurredAtMs));
        ChangedFromMs = Math.Min(ChangedFromMs, e.OccurredAtMs);
    }

    /// <summary>Adds what a later update of the agent is to do.</summary>
    public void Add(TimelineUpdate later)
    {
        foreach (var (appended, sender) in later._events) Add(appended, sender);
        _isAnew |= later._isAnew;
        if (later._retracted is var (fromMs, toMs))
            _retracted = (Math.Min(fromMs, _retracted?.FromMs ?? fromMs), Math.Max(toMs, _retracted?.ToMs ?? toMs));
        ChangedFromMs = Math.Min(ChangedFromMs, later.ChangedFromMs);
    }

    /// <summary>Takes the events in from memory alone; false where that cannot tell, or where a large timeline would
    /// have to be copied.</summary>
    public bool TryTakeIn(Timeline before)
    {
        if (_retracted is not null) return false;
        var added = Begin(before);
        if (added.Count > 0 && IsLarge(before)
            && (added[0].OccurredAtMs <= before.LastOccurredAtMs || !before.HasRoom(added.Count))) return false;

        // One at the very start of what is covered, too: since when the status there lasts is from before.
        foreach (var e in added)
            if (!before.Covers(e.OccurredAtMs - 1) || before.CountAt(e.OccurredAtMs) > 0) return false;
        if (_isAwaited) JudgeAppended(before, added);
        if (!TryMerge(added)) return false;
        foreach (var (appended, _) in _events)
            if (!_after.Covers(appended.Stored.OccurredAtMs)) return false;
        return TryJudge(withStore: false);
    }

    /// <summary>Takes the events in with the store's help.</summary>
    /// <exception cref="StoreException">It did not answer.</exception>
    public void TakeIn(Timeline before)
    {
        var added = Begin(before);
        var recent = added.Where(e => e.OccurredAtMs >= before.CoveredFromMs).ToList();
        var taken = recent.Select(e => e.OccurredAtMs).Distinct().Where(atMs => before.CountAt(atMs) > 0).ToArray();
        recent.AddRange(taken.SelectMany(atMs => loader.EventsAt(agent, atMs)));
        if (_isAnew) _after = loader.Reload(agent, before);
        else if (_retracted is not null) _after = WithoutRetracted(before, added);
        else if (!TryMerge(InOrder(recent)))
            _after = before.Covers(added[0].OccurredAtMs - 1)
                ? loader.Refold(agent, before, added[0].OccurredAtMs, added[^1].OccurredAtMs)
                : loader.Reload(agent, before);
        else if (added.Exists(e => !before.Covers(e.OccurredAtMs - 1)))
            _after = loader.Rebase(agent, _after);
        if (_events.Count == 0) _after = loader.ResolveSince(agent, _after.Trimmed(TrimmedToMs));
        if (_isAwaited)
            foreach (var atMs in added.Select(e => e.OccurredAtMs).Distinct())
                if (!_after.Covers(atMs) || _after.CountAt(atMs) > 1) NoteTies(loader.EventsAt(agent, atMs));
        ShowSpooled();
        if (_isAwaited && !HasSpooled) JudgeWithStore(added);
        TryJudge(withStore: true);
    }

    /// <summary>The store gives events without the retracted ones, and with those that are added.</summary>
    private Timeline WithoutRetracted(Timeline before, List<StatusEvent> added)
    {
        var (fromMs, toMs) = _retracted!.Value;
        if (added.Count > 0)
            (fromMs, toMs) = (Math.Min(fromMs, added[0].OccurredAtMs), Math.Max(toMs, added[^1].OccurredAtMs));
        return before.Covers(fromMs - 1)
            ? loader.Refold(agent, before, fromMs, toMs)
            : loader.Reload(agent, before);
    }

    /// <summary>Takes the events in as well as memory alone can: each comes last among those of its instant, and one
    /// from before what memory covers changes nothing, nor does a late one of a large timeline, until the timeline is
    /// read again.</summary>
    public void TakeInFromMemory(Timeline before)
    {
        foreach (var e in Begin(before)) Show(e);
        ShowSpooled();
        TryJudge(withStore: false);
    }

    /// <summary>Shows the timeline to the readers. The writer's thread only.</summary>
    public void Publish(TimelineIndex timelines)
    {
        if (_after.Count == 0 && _before.Count == 0) return;
        if (ChangedFromMs < long.MaxValue) timelines.Publish(new TimelineChange(agent, _before, _after, ChangedFromMs));
        else if (_events.Count == 0) timelines.Publish(agent, _after);
    }

    /// <summary>Tells the senders and those who wait for it to be shown.</summary>
    /// <param name="isComplete">Whether it says all that the store does.</param>
    public void Answer(bool isComplete, Instruments instruments)
    {
        for (var i = 0; i < _events.Count; i++)
        {
            var (appended, sender) = _events[i];
            if (sender is null) continue;
            var result = i < _results.Length
                ? _results[i]
                : new(RecordOutcome.NotKnown, appended.Stored.EventId, default, appended.IsSpooled);
            instruments.Answered((int)result.Outcome);
            sender.Succeed(result);
        }

        _shown?.SetResult(isComplete);
    }

    /// <summary>Whether to copy it takes longer than the writer may be held up.</summary>
    public static bool IsLarge(in Timeline timeline) => timeline.Count > ServerLimits.EventsCopiedAtOnce;

    private static List<StatusEvent> InOrder(List<StatusEvent> events)
    {
        if (events.Count < 2) return events;
        events.Sort(StatusEvent.Compare);
        return [.. events.DistinctBy(e => e.EventId)];
    }

    /// <summary>The events that the store has and memory is to show, in order. An append whose answer got lost may have
    /// stored some that memory was not shown; their senders send them again.</summary>
    private List<StatusEvent> Begin(Timeline before)
    {
        (_before, _after, _results, _tied) = (before, before, [], null);
        _applied.Clear();
        _appliedAt.Clear();
        var added = new List<StatusEvent>(_events.Count);
        foreach (var ((outcome, stored, isSpooled), _) in _events)
        {
            var isMissing = outcome == AppendOutcome.Duplicate && !isSpooled
                && before.Covers(stored.OccurredAtMs) && before.CountAt(stored.OccurredAtMs) == 0;
            if ((outcome != AppendOutcome.Stored && !isMissing) || loader.IsRetracted(stored)) continue;
            ChangedFromMs = Math.Min(ChangedFromMs, stored.OccurredAtMs);
            if (!isSpooled) added.Add(stored);
        }

        return InOrder(added);
    }

    private bool TryMerge(List<StatusEvent> ordered)
    {
        if (_isAwaited && ordered.Count > 1) NoteTies(ordered);
        return _before.TryWith([.. ordered.Select(e => loader.Of(e))], out _after);
    }

    private void NoteTies(IEnumerable<StatusEvent> ordered)
    {
        _tied ??= [];
        foreach (var ofInstant in ordered.GroupBy(e => e.OccurredAtMs))
            if (ofInstant.Skip(1).Any()) _tied[ofInstant.Key] = [.. ofInstant];
    }

    private void ShowSpooled()
    {
        foreach (var ((outcome, taken, isSpooled), _) in _events)
            if (isSpooled && outcome == AppendOutcome.Stored && !loader.IsRetracted(taken)) Show(taken);
    }

    private void Show(StatusEvent e)
    {
        var isLate = _after.Count > 0 && e.OccurredAtMs <= _after.LastOccurredAtMs;
        if (!_after.Covers(e.OccurredAtMs) || (isLate && IsLarge(_after))) return;
        _after = _after.With(loader.Of(e));
    }

    /// <summary>Works out the answers; without the store as far as memory can tell: false, where it cannot tell
    /// all.</summary>
    private bool TryJudge(bool withStore)
    {
        if (!_isAwaited) return true;
        var isTold = true;
        var known = AtEach();
        _results = new RecordResult[_events.Count];
        for (var i = 0; i < _results.Length; i++)
        {
            var (appended, sender) = _events[i];
            if (sender is null) continue;
            var e = appended.Stored;
            StatusAt? at = known.TryGetValue(e.OccurredAtMs, out var found) ? found : null;
            if (at is not { NeedsStore: false } && withStore) at = loader.At(agent, _after, e.OccurredAtMs);
            var isDuplicate = appended.Outcome is AppendOutcome.Duplicate or AppendOutcome.Erased;
            var isApplied = isDuplicate || at is null
                ? false
                : IsApplied(e, at.Value, withStore);
            isTold &= at is { NeedsStore: false } && isApplied is not null;
            var outcome = appended.Outcome == AppendOutcome.Erased ? RecordOutcome.Erased
                : isDuplicate ? RecordOutcome.Duplicate
                : at is null || isApplied is null ? RecordOutcome.NotKnown
                : isApplied.Value ? RecordOutcome.Applied
                : RecordOutcome.Shadowed;
            _results[i] = new(outcome, e.EventId, at ?? default, appended.IsSpooled);
        }

        return isTold;
    }

    /// <summary>Judges events that come after all others, before the timeline takes them in: what it holds after its
    /// last event is known until then, and hardly ever what it holds after one before the last. Those that name neither
    /// calls nor devices are judged without that.</summary>
    private void JudgeAppended(Timeline before, List<StatusEvent> added)
    {
        if (!added.Exists(e => e.CallId != 0 || e.DeviceId.Length > 0)
            || (before.Count > 0 && added[0].OccurredAtMs <= before.LastOccurredAtMs)) return;
        if (before.TryApplied([.. added.Select(loader.Of)], out var applied)) Note(added, applied);
    }

    /// <summary>Judges neighbours with one read of the store.</summary>
    private void JudgeWithStore(List<StatusEvent> added)
    {
        for (var (start, end) = (0, 0); start < added.Count; start = end)
        {
            for (end = start + 1; end < added.Count && AreNear(added[end - 1], added[end]); end++) { }
            if (end - start < 2) continue;
            var near = added[start..end];
            var applied = loader.AppliedAmong(agent, near);
            Note(near, [.. near.Select(e => applied.Contains(e.EventId))]);
        }
    }

    /// <summary>Whether what is read to judge the one is mostly what is read to judge the other.</summary>
    private bool AreNear(StatusEvent one, StatusEvent next) =>
        next.OccurredAtMs - one.OccurredAtMs <= loader.CallsReachMs;

    private void Note(List<StatusEvent> events, bool[] applied)
    {
        for (var i = 0; i < applied.Length; i++) _applied[events[i].EventId] = applied[i];
    }

    /// <summary>Null, where memory alone cannot tell.</summary>
    private bool? IsApplied(StatusEvent e, StatusAt at, bool withStore)
    {
        if (loader.IsRetracted(e)) return false;
        if (_applied.TryGetValue(e.EventId, out var isApplied)) return isApplied;
        if (e.Status == Status.Left) return at.Status == Status.Unknown;
        if (at.Status != e.Status) return false;
        var tied = _tied?.GetValueOrDefault(e.OccurredAtMs);

        // Alone at its instant, and without a call or a device of its own, it decides if its origin does.
        if (tied is null && e.CallId == 0 && e.DeviceId.Length == 0) return at.Origin == e.Origin;
        var ofInstant = tied ?? [e];
        var index = ofInstant.FindIndex(one => one.EventId == e.EventId);
        if (index < 0) return false;

        // All of the instant are judged at once: there may be thousands.
        if (!_appliedAt.TryGetValue(e.OccurredAtMs, out var applied))
        {
            if (withStore) applied = loader.Applied(agent, _after, ofInstant);
            else if (!_after.TryApplied([.. ofInstant.Select(loader.Of)], out applied)) return null;
            if (tied is not null) _appliedAt[e.OccurredAtMs] = applied;
        }

        return applied[index];
    }

    /// <summary>What the agent is at the events' instants, as far as memory covers them: in one pass, since a look for
    /// where a status began can go through many events.</summary>
    private Dictionary<long, StatusAt> AtEach()
    {
        var instants = _events.Select(e => e.Appended.Stored.OccurredAtMs).Where(atMs => _after.Covers(atMs))
            .Distinct().Order().ToArray();
        var answers = new Dictionary<long, StatusAt>(instants.Length);
        if (instants.Length == 0) return answers;
        var first = answers[instants[0]] = _after.At(instants[0]);
        var next = 1;
        foreach (var (startMs, endMs, (status, origin, label)) in _after.Between(instants[0], instants[^1] + 1))
            for (; next < instants.Length && instants[next] < endMs; next++)
                answers[instants[next]] = startMs > instants[0] ? new StatusAt(status, origin, startMs, label) : first;
        return answers;
    }
}
