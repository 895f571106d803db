namespace AgentStatus.Storage.Spool;

/// <summary>The erasures of a store that may not be reachable. What is in the spool goes into the store, as ever, and
/// is erased there; this server acknowledges an erasure when nothing of it is left here.</summary>
internal sealed class ReachableErasure(ReachableStore store, SpoolFile spool) : IErasureStore
{
    private readonly ErasuresUnderWay _unconnected = new();

    public ErasuresUnderWay UnderWay => store.Connected?.Erasure.UnderWay ?? _unconnected;

    public void Begin(Erasure erasure, long nowMs) => store.Ask(it => it.Erasure.Begin(erasure, nowMs));

    /// <exception cref="StoreException">The spool's log still has what was in it.</exception>
    public void Acknowledge(Erasure erasure)
    {
        if (!spool.TryEmptyLog()) throw new StoreException($"Another program reads the spool {spool.Path}.");
        store.Ask(it => it.Erasure.Acknowledge(erasure));
    }

    public ErasedCounts? EraseNext(Erasure erasure, int most, out string? waitsFor)
    {
        string? said = null;
        var erased = store.Ask(it => it.Erasure.EraseNext(erasure, most, out said));
        waitsFor = said;
        return erased;
    }

    public ErasedCounts? TakeEnd(Erasure erasure) => store.Connected?.Erasure.TakeEnd(erasure);
}
