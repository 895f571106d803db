using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Recording;
using AgentStatus.Storage;

namespace AgentStatus.Server.Following;

/// <summary>
/// Takes in what other servers stored: shows it in memory, by the same code as own events. Whoever recorded an event
/// writes the offline periods that follow; this server writes them where it may have overwritten them, or where the
/// other one went away. The writer's thread only.
/// </summary>
internal sealed class OthersChanges(
    IStatusStore store, StagedAgents staged, OwedAgents owed, RecentPeriods recent, CompanyHours hours, Upkeep upkeep)
{
    public void TakeIn(Changes changes)
    {
        staged.Clear();
        // Reads of a batch take no longer than a write.
        using (var batch = store.BeginBatch())
        {
            foreach (var stored in changes.Events) staged.Apply(stored, batch, mayOwe: true);
            staged.Settle(batch);
        }

        staged.Publish();
        foreach (var agent in staged.All)
            if (recent.Contains(agent.Agent)) owed.Add(agent.Agent, agent.ChangedFromMs, reload: false);
        foreach (var abandoned in changes.Abandoned) owed.Add(abandoned.Agent, abandoned.OccurredAtMs, reload: false);
        foreach (var version in changes.Hours)
        {
            hours.Add(version);
            upkeep.SearchStalePeriods(version.CompanyId);
        }

        if (changes.KnownThroughMs is not null) recent.TookInAll();
    }
}
