namespace AgentStatus.Server.Projections;

/// <summary>Agents whose stored offline periods may not follow from what memory says, now or from an instant on. Any
/// thread adds, and waits no longer than a portion is taken; one takes.</summary>
internal sealed class ChangedAgents(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly ChangeQueue _changed = new();

    /// <summary>When they were added, in the order of the queue.</summary>
    private readonly OldestFirst _addedAt = new();

    /// <summary>When agents will change, as is known now.</summary>
    private readonly Wakings<AgentKey> _expected = new();
    private long? _takenAt;

    /// <summary>How long the one has waited that has waited longest, those that were taken included.</summary>
    public TimeSpan Lag
    {
        get
        {
            lock (_gate)
            {
                var oldestAt = Math.Min(_addedAt.Oldest ?? long.MaxValue, _takenAt ?? long.MaxValue);
                return oldestAt == long.MaxValue ? TimeSpan.Zero : clock.GetElapsedTime(oldestAt);
            }
        }
    }

    /// <summary>How many have changed.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _changed.Count;
        }
    }

    public void Add(AgentKey agent, long fromMs)
    {
        lock (_gate) Add(agent, fromMs, clock.GetTimestamp());
    }

    /// <summary>Expects the agent to change at an instant, without an event; not earlier any more. It may come
    /// otherwise: working it out tells.</summary>
    public void Expect(AgentKey agent, long atMs)
    {
        lock (_gate) _expected.Expect(agent, atMs);
    }

    /// <summary>Adds a portion of those that were expected to change by now; true if there may be more.</summary>
    public bool AddExpected(int most)
    {
        lock (_gate)
        {
            for (; most > 0 && _expected.TryTake(clock.NowMs(), out var agent, out var atMs); most--)
                Add(agent, atMs, clock.GetTimestamp());
            return most == 0;
        }
    }

    /// <summary>Takes those that have waited longest: <see cref="Return"/> follows. See
    /// <see cref="ChangeQueue.Take"/>.</summary>
    public AgentChange[] Take(int most, Func<AgentKey, int> eventsOf)
    {
        lock (_gate)
        {
            var taken = _changed.Take(most, eventsOf);
            for (var i = 0; i < taken.Length; i++)
                _takenAt = Math.Min(_takenAt ?? long.MaxValue, _addedAt.Dequeue());
            return taken;
        }
    }

    /// <summary>What was taken is written, but for these.</summary>
    public void Return(IEnumerable<AgentChange> unwritten)
    {
        lock (_gate)
        {
            foreach (var (agent, fromMs) in unwritten) Add(agent, fromMs, _takenAt ?? clock.GetTimestamp());
            _takenAt = null;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _changed.Clear();
            _addedAt.Clear();
            _expected.Clear();
            _takenAt = null;
        }
    }

    private void Add(AgentKey agent, long fromMs, long addedAt)
    {
        var known = _changed.Count;
        _changed.Add(agent, fromMs);
        if (_changed.Count > known) _addedAt.Enqueue(addedAt);
    }
}
