using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>Timelines for which the store has to be read, or a large one to be copied: threads of their own do it, so
/// that no agent holds up the writer, and nobody else changes these timelines meanwhile. Senders get their answers when
/// it is done. The writer's thread only.</summary>
internal sealed class TimelineRebuilds(
    TimelineIndex timelines,
    TimelineLoader loader,
    Instruments instruments,
    ILogger<TimelineRebuilds> logger,
    TimeProvider clock)
{
    private readonly Dictionary<AgentKey, TimelineUpdate> _waiting = [];
    private readonly Queue<AgentKey> _order = new();
    private readonly Dictionary<AgentKey, TimelineUpdate> _underWay = [];
    private readonly BlockingCollection<TimelineUpdate> _begun = [];
    private readonly BlockingCollection<(TimelineUpdate Update, Exception? Failure)> _done = [];
    private readonly Repeats _failures = new(clock);
    private bool _hasThreads;

    /// <summary>One is done: <see cref="Work"/> shows it. Any thread; a handler returns at once.</summary>
    public event Action? Done;

    /// <summary>Updates that are not shown yet.</summary>
    public int Count => _waiting.Count + _underWay.Count;

    /// <summary>Whether the store did not answer last: it is asked again at the next tick.</summary>
    public bool IsStoreAway { get; private set; }

    public bool Contains(AgentKey agent) => _underWay.ContainsKey(agent) || _waiting.ContainsKey(agent);

    /// <summary>Whether an update's senders are to wait: not, where the store does not answer anyway. One that is under
    /// way cannot be changed by anybody else.</summary>
    public bool MayWait(TimelineUpdate update) =>
        _underWay.ContainsKey(update.Agent) || (!update.HasSpooled && !IsStoreAway);

    /// <summary>When the last event of the agent occurred that is not shown yet; null: there is none.</summary>
    public long? FindLastOccurredAtMs(AgentKey agent)
    {
        var underWayMs = _underWay.GetValueOrDefault(agent)?.LastOccurredAtMs;
        var waitingMs = _waiting.GetValueOrDefault(agent)?.LastOccurredAtMs;
        return waitingMs > underWayMs || underWayMs is null ? waitingMs : underWayMs;
    }

    /// <summary>Adds an update; gives the one that does it.</summary>
    public TimelineUpdate Add(TimelineUpdate update)
    {
        if (_waiting.TryGetValue(update.Agent, out var waiting))
        {
            waiting.Add(update);
            return waiting;
        }

        _waiting.Add(update.Agent, update);
        if (!_underWay.ContainsKey(update.Agent)) _order.Enqueue(update.Agent);
        return update;
    }

    /// <summary>Has an agent's timeline read anew from the store: it may be wrong from an instant on.</summary>
    public void ReadAnew(AgentKey agent, long fromMs)
    {
        var update = new TimelineUpdate(agent, loader);
        update.ReadAnew(fromMs);
        Add(update);
    }

    /// <summary>Ends when all that is stored by now is shown: true, or false where the store does not answer.</summary>
    public async Task<bool> WhenShownAsync()
    {
        if (IsStoreAway) return Count == 0;
        var shown = await Task.WhenAll(_waiting.Values.Concat(_underWay.Values).Select(update => update.Shown));
        return Array.TrueForAll(shown, isComplete => isComplete);
    }

    /// <summary>Shows a portion of what is done, and begins more; true if there is more to show at once.</summary>
    /// <param name="tick">Whether to ask a store again that did not answer.</param>
    public bool Work(bool tick)
    {
        if (tick) IsStoreAway = false;
        for (var i = 0; i < ServerLimits.ShownRebuilds && _done.TryTake(out var done); i++) Show(done);
        Begin();
        return _done.Count > 0;
    }

    /// <summary>Waits until all is shown.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public void Complete()
    {
        for (Begin(); _underWay.Count > 0; Begin())
        {
            var done = _done.Take();
            Show(done);
            if (done.Failure is { } failure)
                throw failure as StoreException ?? new StoreException("A timeline could not be read", failure);
        }
    }

    /// <summary>Answers all who wait, and does nothing after that.</summary>
    public void Stop()
    {
        while (_underWay.Count > 0) Show(_done.Take());
        foreach (var update in _waiting.Values.Where(update => update.LastOccurredAtMs is not null).ToList())
        {
            _waiting.Remove(update.Agent);
            ShowFromMemory(update);
        }

        IsStoreAway = true;
        _begun.CompleteAdding();
    }

    private void Begin()
    {
        while (!IsStoreAway && _underWay.Count < ServerLimits.RebuiltAgents && _order.TryDequeue(out var agent))
        {
            if (_underWay.ContainsKey(agent) || !_waiting.Remove(agent, out var update)) continue;
            _underWay.Add(agent, update);
            _begun.Add(update);
        }

        if (_hasThreads || _underWay.Count == 0) return;
        _hasThreads = true;
        for (var i = 0; i < ServerLimits.RebuildThreads; i++)
            new Thread(Rebuild) { Name = "rebuild", IsBackground = true }.Start();
    }

    private void Rebuild()
    {
        foreach (var update in _begun.GetConsumingEnumerable())
        {
            Exception? failure = null;
            try
            {
                update.TakeIn(timelines.Find(update.Agent));
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }

            _done.Add((update, failure));
            Done?.Invoke();
        }
    }

    private void Show((TimelineUpdate Update, Exception? Failure) done)
    {
        var (update, failure) = done;
        _underWay.Remove(update.Agent);
        if (failure is null)
        {
            Publish(update, isComplete: true);
            if (_waiting.ContainsKey(update.Agent)) _order.Enqueue(update.Agent);
            return;
        }

        IsStoreAway = true;
        if (failure is not StoreUnreachableException && _failures.Count() is { } times)
            Log.RebuildFailed(
                logger, update.Agent.CompanyId, update.Agent.AgentId, failure.Message, times, Log.Ours(failure));
        _waiting.Remove(update.Agent, out var later);
        ShowFromMemory(update);
        if (later is not null) ShowFromMemory(later);
    }

    /// <summary>Shows what memory can tell, and has the agent read anew later.</summary>
    public void ShowFromMemory(TimelineUpdate update) => Publish(update, isComplete: false);

    private void Publish(TimelineUpdate update, bool isComplete)
    {
        try
        {
            if (!isComplete) update.TakeInFromMemory(timelines.Find(update.Agent));
            update.Publish(timelines);
        }
        catch (Exception failure)
        {
            // A fault of ours: whoever waits is answered all the same.
            Log.EventsNotShown(logger, update.Agent.CompanyId, update.Agent.AgentId, failure);
        }

        update.Answer(isComplete && !update.HasSpooled, instruments);
        if ((!isComplete || update.HasSpooled) && update.ChangedFromMs < long.MaxValue)
            ReadAnew(update.Agent, update.ChangedFromMs);
    }
}
