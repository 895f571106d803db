namespace AgentStatus.Server.Projections;

/// <summary>A queue of timestamps that knows its least one at any time: what failed comes back to its end with the
/// timestamp that it had. One thread.</summary>
internal sealed class OldestFirst
{
    private readonly Queue<long> _all = new();

    /// <summary>Those with none less behind them, ascending: each is the least one in its turn.</summary>
    private readonly LinkedList<long> _least = new();

    /// <summary>The least one; null: there is none.</summary>
    public long? Oldest => _least.First?.Value;

    public void Enqueue(long at)
    {
        _all.Enqueue(at);
        while (_least.Last?.Value > at) _least.RemoveLast();
        _least.AddLast(at);
    }

    public long Dequeue()
    {
        var at = _all.Dequeue();
        if (at == _least.First!.Value) _least.RemoveFirst();
        return at;
    }

    public void Clear()
    {
        _all.Clear();
        _least.Clear();
    }
}
