namespace AgentStatus.Server.Projections;

/// <summary>What is to be looked at again at an instant, since something will change without an event: each at one
/// instant, the one that was given last. One thread.</summary>
internal sealed class Wakings<TKey>(IEqualityComparer<TKey>? keys = null)
    where TKey : notnull
{
    private const long Never = long.MaxValue;

    /// <summary>When each is expected, and the first time that the queue has for it: it is woken by then, or
    /// before.</summary>
    private readonly Dictionary<TKey, (long ExpectedMs, long WokenMs)> _expected = new(keys);
    private readonly PriorityQueue<TKey, long> _queue = new();

    /// <summary>Nothing is due before; null: nothing is expected.</summary>
    public long? NextMs => _queue.TryPeek(out _, out var atMs) ? atMs : null;

    /// <summary>Times in the queue, those that do not count any more included.</summary>
    public int Queued => _queue.Count;

    /// <summary>Expects it at an instant, and no more at an earlier one; null: not at all.</summary>
    public void Expect(TKey key, long? atMs)
    {
        var isKnown = _expected.TryGetValue(key, out var known);
        if (!isKnown && atMs is null) return;
        var wokenMs = isKnown ? known.WokenMs : Never;
        if (atMs < wokenMs) _queue.Enqueue(key, wokenMs = atMs.Value);
        _expected[key] = (atMs ?? Never, wokenMs);
    }

    public bool Contains(TKey key) => _expected.ContainsKey(key);

    /// <summary>Takes one that was expected by now.</summary>
    public bool TryTake(long nowMs, out TKey key, out long atMs)
    {
        while (_queue.TryPeek(out key!, out atMs) && atMs <= nowMs)
        {
            _queue.Dequeue();

            // Of several times of one the first counts, and it may be expected later by now.
            if (!_expected.TryGetValue(key, out var known) || known.WokenMs != atMs) continue;
            _expected.Remove(key);
            if (known.ExpectedMs == atMs) return true;
            if (known.ExpectedMs != Never) Expect(key, known.ExpectedMs);
        }

        return false;
    }

    public void Clear()
    {
        _expected.Clear();
        _queue.Clear();
    }
}
