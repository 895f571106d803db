using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AgentStatus.Storage;

/// <summary>Puts an agent's events, which come in runs that are in order of instant each, into total order. Its buffers
/// are used again for each agent.</summary>
/// <remarks>What runs for each event is compiled in full at once: a start is over before the compiler gets to
/// it.</remarks>
public sealed class AgentMerge
{
    private readonly List<Entry> _carried = [];
    private readonly List<Entry> _entries = [];
    private readonly List<MemoryEvent> _merged = [];
    private readonly List<int> _runStarts = [];
    private readonly List<int> _heads = [];
    private byte[] _ids = new byte[4096];
    private int _idsLength;
    private bool _hasSequences;

    public void Clear()
    {
        _carried.Clear();
        _entries.Clear();
        _runStarts.Clear();
        _idsLength = 0;
        _hasSequences = false;
    }

    /// <summary>Whether an event from before the horizon is more than the last of its origin can say: then
    /// <see cref="PrecedingEvents"/> are to be put in the place of what was carried.</summary>
    public bool NeedsPreceding =>
        _carried.Count > 0 && PrecedingEvents.NeedsMore(_carried.Select(carried => carried.Event));

    /// <summary>The events that are added from now on are in order of instant.</summary>
    public void BeginRun() => _runStarts.Add(_entries.Count);

    /// <summary>Adds an event from before the horizon, in place of an earlier one of its origin.</summary>
    public void Carry(in MemoryEvent e, long sequence, ReadOnlySpan<byte> eventId)
    {
        var added = Keep(e, sequence, eventId);
        var index = 0;
        while (index < _carried.Count && _carried[index].Event.Origin != e.Origin) index++;
        if (index == _carried.Count)
        {
            _carried.Add(added);
        }
        else if (IsBefore(_carried[index], added))
        {
            // The id takes the place of the earlier one's where that came last: long histories need no room.
            var earlier = _carried[index];
            if (earlier.IdStart + earlier.IdLength == added.IdStart)
            {
                _ids.AsSpan(added.IdStart, added.IdLength).CopyTo(_ids.AsSpan(earlier.IdStart));
                added = added with { IdStart = earlier.IdStart };
                _idsLength = added.IdStart + added.IdLength;
            }

            _carried[index] = added;
        }
    }

    /// <summary>Has other events from before the horizon in place of those that were carried.</summary>
    /// <param name="preceding">In total order.</param>
    public void ReplaceCarried(IReadOnlyList<StatusEvent> preceding)
    {
        _carried.Clear();
        foreach (var e in preceding) _carried.Add(new(MemoryEvent.Of(e), e.Sequence, _idsLength, 0));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in MemoryEvent e, long sequence, ReadOnlySpan<byte> eventId) =>
        _entries.Add(Keep(e, sequence, eventId));

    /// <summary>All events since the last <see cref="Clear"/>; valid until the next call.</summary>
    public IReadOnlyList<MemoryEvent> Merge()
    {
        _merged.Clear();
        if (_carried.Count > 1 && _carried.Exists(carried => carried.IdLength > 0)) _carried.Sort(Compare);
        foreach (var carried in _carried) _merged.Add(carried.Event);
        if (_hasSequences) MergeBySorting();
        else MergeRuns();
        return _merged;
    }

    private void MergeBySorting()
    {
        _entries.Sort(Compare);
        foreach (var entry in _entries) _merged.Add(entry.Event);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MergeRuns()
    {
        _heads.Clear();
        _heads.AddRange(_runStarts);
        var entries = CollectionsMarshal.AsSpan(_entries);
        var heads = CollectionsMarshal.AsSpan(_heads);
        for (var left = entries.Length; left > 0; left--)
        {
            var first = -1;
            for (var run = 0; run < heads.Length; run++)
            {
                var end = run + 1 < heads.Length ? _runStarts[run + 1] : entries.Length;
                if (heads[run] < end && (first < 0 || IsBefore(entries[heads[run]], entries[heads[first]])))
                    first = run;
            }

            _merged.Add(entries[heads[first]++].Event);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Entry Keep(in MemoryEvent e, long sequence, ReadOnlySpan<byte> eventId)
    {
        if (_idsLength + eventId.Length > _ids.Length)
            Array.Resize(ref _ids, 2 * (_idsLength + eventId.Length));
        eventId.CopyTo(_ids.AsSpan(_idsLength));
        var kept = new Entry(e, sequence, _idsLength, eventId.Length);
        _idsLength += eventId.Length;
        _hasSequences |= sequence != 0;
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsBefore(in Entry left, in Entry right) => left.Event.OccurredAtMs == right.Event.OccurredAtMs
        ? Compare(left, right) < 0
        : left.Event.OccurredAtMs < right.Event.OccurredAtMs;

    private int Compare(Entry left, Entry right)
    {
        var byInstant = left.Event.OccurredAtMs.CompareTo(right.Event.OccurredAtMs);
        if (byInstant != 0) return byInstant;
        var bySequence = left.Sequence.CompareTo(right.Sequence);
        return bySequence != 0 ? bySequence : IdOf(left).SequenceCompareTo(IdOf(right));
    }

    private ReadOnlySpan<byte> IdOf(in Entry entry) => _ids.AsSpan(entry.IdStart, entry.IdLength);

    private readonly record struct Entry(MemoryEvent Event, long Sequence, int IdStart, int IdLength);
}
