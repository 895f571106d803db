namespace AgentStatus.Server.Watching;

/// <summary>What became of a company's agents since the round before: what its watchers are handed.</summary>
/// <param name="Number">Of the round, rising by one; see <see cref="WatchedCompany.Round"/>.</param>
/// <param name="Differences">Each agent that changed, once.</param>
/// <param name="KnownThroughMs">All that was acknowledged before is in this round, or was in an earlier one.</param>
/// <param name="IsProgress">Whether it is time to tell known_through, though nothing changed.</param>
/// <param name="Shared">The round as all are told who have been told all before and watch the whole company; null where
/// a store has to be asked first.</param>
internal sealed record WatchRound(
    long Number,
    IReadOnlyList<AgentDifference> Differences,
    long KnownThroughMs,
    bool IsProgress,
    WatchBatch? Shared);
