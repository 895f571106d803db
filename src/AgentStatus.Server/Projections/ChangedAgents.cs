using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Projections;

/// <summary>Agents whose stored offline periods may not follow from what memory says, now or from an instant on. Any
/// thread adds; one takes.</summary>
internal sealed class ChangedAgents(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly ChangeQueue _changed = new();
    private readonly PriorityQueue<AgentKey, long> _expected = new();
    private long? _oldestAt;
    private long? _takenAt;

    /// <summary>How long the one has waited that has waited longest, those that were taken included.</summary>
    public TimeSpan Lag
    {
        get
        {
            lock (_gate) return (_takenAt ?? _oldestAt) is { } oldestAt ? clock.GetElapsedTime(oldestAt) : default;
        }
    }

    public void Add(AgentKey agent, long fromMs)
    {
        lock (_gate)
        {
            _oldestAt ??= clock.GetTimestamp();
            _changed.Add(agent, fromMs);
        }
    }

    /// <summary>Expects the agent to change at an instant, without an event. It may come otherwise: working it out
    /// tells.</summary>
    public void Expect(AgentKey agent, long atMs)
    {
        lock (_gate) _expected.Enqueue(agent, atMs);
    }

    /// <summary>Takes all of them: <see cref="Return"/> follows.</summary>
    public AgentChange[] Take()
    {
        lock (_gate)
        {
            while (_expected.TryPeek(out var agent, out var atMs) && atMs <= clock.NowMs())
            {
                _expected.Dequeue();
                Add(agent, atMs);
            }

            (_takenAt, _oldestAt) = (_oldestAt, null);
            return _changed.Take(int.MaxValue);
        }
    }

    /// <summary>What was taken is written, but for these.</summary>
    public void Return(ReadOnlySpan<AgentChange> unwritten)
    {
        lock (_gate)
        {
            if (unwritten.Length > 0) _oldestAt = _takenAt;
            _takenAt = null;
            foreach (var (agent, fromMs) in unwritten) Add(agent, fromMs);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _changed.Clear();
            _expected.Clear();
            (_oldestAt, _takenAt) = (null, null);
        }
    }
}
