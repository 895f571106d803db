namespace AgentStatus.Storage;

/// <summary>Merges an agent's events, which come origin by origin, into total order. Its buffers are used again for
/// each agent.</summary>
public sealed class AgentMerge
{
    private const int Origins = 4;

    private readonly List<Entry> _entries = [];
    private readonly List<MemoryEvent> _merged = [];
    private readonly int[] _runStarts = new int[Origins + 1];
    private readonly int[] _heads = new int[Origins];
    private byte[] _ids = new byte[4096];
    private int _idsLength;
    private int _runs;
    private Origin _origin;

    public void Clear()
    {
        _entries.Clear();
        _idsLength = 0;
        _runs = 0;
    }

    /// <summary>The events that follow are of this origin, in order.</summary>
    public void BeginRun(Origin origin)
    {
        _origin = origin;
        _runStarts[_runs++] = _entries.Count;
    }

    /// <summary>Adds an event from before the horizon, in place of the origin's earlier one.</summary>
    public void Carry(long occurredAtMs, Status status, ReadOnlySpan<byte> eventId)
    {
        if (_entries.Count > _runStarts[_runs - 1])
        {
            _idsLength = _entries[^1].IdStart;
            _entries.RemoveAt(_entries.Count - 1);
        }

        Add(occurredAtMs, status, eventId);
    }

    public void Add(long occurredAtMs, Status status, ReadOnlySpan<byte> eventId)
    {
        if (_idsLength + eventId.Length > _ids.Length)
            Array.Resize(ref _ids, 2 * (_idsLength + eventId.Length));
        eventId.CopyTo(_ids.AsSpan(_idsLength));
        _entries.Add(new(new(occurredAtMs, status, _origin), _idsLength, eventId.Length));
        _idsLength += eventId.Length;
    }

    /// <summary>All events since the last <see cref="Clear"/>; valid until the next call.</summary>
    public IReadOnlyList<MemoryEvent> Merge()
    {
        _merged.Clear();
        _runStarts[_runs] = _entries.Count;
        Array.Copy(_runStarts, _heads, _runs);
        for (var left = _entries.Count; left > 0; left--)
        {
            var first = -1;
            for (var run = 0; run < _runs; run++)
            {
                if (_heads[run] < _runStarts[run + 1] && (first < 0 || IsBefore(_heads[run], _heads[first])))
                    first = run;
            }

            _merged.Add(_entries[_heads[first]++].Event);
        }

        return _merged;
    }

    private bool IsBefore(int left, int right)
    {
        var byInstant = _entries[left].Event.OccurredAtMs.CompareTo(_entries[right].Event.OccurredAtMs);
        return byInstant != 0 ? byInstant < 0 : IdOf(left).SequenceCompareTo(IdOf(right)) < 0;
    }

    private ReadOnlySpan<byte> IdOf(int entry) => _ids.AsSpan(_entries[entry].IdStart, _entries[entry].IdLength);

    private readonly record struct Entry(MemoryEvent Event, int IdStart, int IdLength);
}
