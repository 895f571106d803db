using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Recording;
using AgentStatus.Storage;

namespace AgentStatus.Server.Memory;

/// <summary>Makes memory what the store says, at start.</summary>
internal sealed class MemoryFilling(
    Board board,
    KnownThrough knownThrough,
    IStatusStore store,
    StatusWriter writer,
    Upkeep upkeep,
    CallEnds callEnds,
    SpoolDrain spool,
    CompanyHours hours,
    Instruments instruments,
    ServerOptions options,
    TimeProvider clock)
{
    /// <summary>Until when memory knows everything.</summary>
    public KnownThrough KnownThrough => knownThrough;

    /// <summary>Agents in memory.</summary>
    public int Agents => board.AgentCount;

    /// <summary>Reads everything; gives the number of events. Nobody else may touch memory meanwhile.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public long Fill(CancellationToken stopping)
    {
        hours.Load(store.ReadHours());
        var horizonMs = clock.NowMs() - (long)options.Horizon.TotalMilliseconds;
        var events = WarmStart.Load(board, store, horizonMs, stopping);

        // What loading left behind goes back to the system: nearly all that is on the heap now stays for good.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return events;
    }

    /// <summary>Adds what was taken before and meanwhile, and lets readers in. The writer has been started.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task CompleteAsync(CancellationToken stopping) => writer.CompleteMemoryAsync(spool.OweSpooled, LetIn, stopping);

    private void LetIn()
    {
        for (var slot = 0; slot < board.Slots; slot++)
            if (board.At(slot) is var (agent, timeline)) callEnds.Expect(agent, timeline);
        foreach (var companyId in board.Companies) upkeep.SearchStalePeriods(companyId);
        instruments.ObserveAgents(() => board.AgentCount);
        board.IsWarm = true;
    }
}
