using System.Runtime.InteropServices;

namespace AgentStatus.Server.Projections;

/// <summary>Agents whose stored offline periods may not follow from what memory says, with the earliest instant. Any
/// thread adds; one takes.</summary>
internal sealed class ChangedAgents(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Dictionary<AgentKey, long> _fromMs = [];
    private long? _oldestAt;
    private long? _takenAt;

    /// <summary>How long the one has waited that has waited longest, those that were taken included.</summary>
    public TimeSpan Lag
    {
        get
        {
            lock (_gate) return (_takenAt ?? _oldestAt) is { } oldestAt ? clock.GetElapsedTime(oldestAt) : TimeSpan.Zero;
        }
    }

    public void Add(AgentKey agent, long fromMs)
    {
        lock (_gate)
        {
            _oldestAt ??= clock.GetTimestamp();
            ref var knownMs = ref CollectionsMarshal.GetValueRefOrAddDefault(_fromMs, agent, out var isKnown);
            knownMs = isKnown ? Math.Min(knownMs, fromMs) : fromMs;
        }
    }

    /// <summary>Takes all of them: <see cref="Return"/> follows.</summary>
    public AgentChange[] Take()
    {
        Dictionary<AgentKey, long> taken;
        lock (_gate)
        {
            if (_fromMs.Count == 0) return [];
            (taken, _fromMs) = (_fromMs, []);
            (_takenAt, _oldestAt) = (_oldestAt, null);
        }

        return [.. taken.Select(change => new AgentChange(change.Key, change.Value))];
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
            _fromMs.Clear();
            (_oldestAt, _takenAt) = (null, null);
        }
    }
}
