using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage;

/// <summary>The stored offline periods: a projection of events and hours versions, which one server at a time writes.
/// The owner has a lease with an epoch; each change of owner raises the epoch, and documents of a newer epoch are never
/// changed under an older one. One thread, but for <see cref="Read"/>.</summary>
public interface IOfflinePeriodStore
{
    /// <summary>Takes the lease where it is free or has lapsed, or renews it where this server has it. By the store's
    /// clock.</summary>
    /// <param name="force">Takes it from another server, too: that one writes nothing from then on.</param>
    /// <returns>The epoch of this server's ownership; null: another server owns the projection.</returns>
    long? TryOwn(bool force = false);

    /// <summary>Gives the lease back, so that another server can take it at once.</summary>
    void Release();

    /// <summary>The agents that may have changed since the last checkpoint, with the earliest instant; what is stored
    /// while this is read may be among them or not. Null: there is no checkpoint, so all agents are to be computed
    /// anew.</summary>
    IEnumerable<AgentChange>? ReadChangesSinceCheckpoint();

    /// <summary>Takes the checkpoint back to what a new owner's memory knows, before it writes: an earlier owner may
    /// have known more, and what this one then undoes is to be done again by the next.</summary>
    /// <param name="epoch">Of this server's ownership.</param>
    /// <param name="shownThrough">Of each server the number through which its events are in memory.</param>
    /// <returns>False: this server is not the owner any more.</returns>
    bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough);

    /// <summary>Notes that all periods are written that follow from each server's events up to a number.</summary>
    /// <returns>False: this server is not the owner any more.</returns>
    bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through);

    /// <summary>The agent's offline periods that began at or after <paramref name="fromMs"/>, and the one that began
    /// before it and ended after it or lasts; by start. Any thread.</summary>
    IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs);

    /// <summary>Makes each agent's offline periods from an instant on exactly the given ones: every stored one that
    /// <see cref="Read"/> would give goes, these come. One with the start of a stored one replaces it, also where that
    /// one ended before the instant: a late event can prolong it.</summary>
    /// <param name="epoch">Of this server's ownership.</param>
    /// <param name="replacements">Each agent once.</param>
    /// <returns>False: documents of a newer epoch are in the way, this server is not the owner any more.</returns>
    bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements);

    /// <summary>The agents of the company that have an offline period to compute anew for the hours version in force
    /// from <paramref name="hoursInForceFromMs"/>: one computed without hours, or one that lasts or ended after that
    /// instant and was computed with an older version. Without order.</summary>
    IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs);

    /// <summary>The agents of whose periods an earlier owner wrote some after this epoch began, and from when on: its
    /// write was under way for long. Each is given until it is replaced.</summary>
    IReadOnlyList<AgentChange> FindLateWrites(long epoch);
}

/// <summary>What an agent's stored offline periods are to be from an instant on.</summary>
/// <param name="FromMs">Stored periods that end after it, or last, go.</param>
/// <param name="Periods">The periods that come instead; by start.</param>
public readonly record struct PeriodReplacement(AgentKey Agent, long FromMs, IReadOnlyList<OfflinePeriod> Periods);

/// <summary>An agent whose timeline may have changed.</summary>
/// <param name="FromMs">The earliest instant that may have changed, in milliseconds since the Unix epoch.</param>
public readonly record struct AgentChange(AgentKey Agent, long FromMs);

/// <summary>A place among what a server stored: it numbers its events, rising, with gaps.</summary>
/// <param name="ServerId">The server; empty in a store that has one server only.</param>
/// <param name="Number">0: none.</param>
public readonly record struct ServerNumber(string ServerId, long Number);
