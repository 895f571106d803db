using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>Shows in memory what other servers stored, by the same code as this server's own events. The writer's
/// thread only.</summary>
internal sealed class ReplicatedEvents(StagedAgents staged, CompanyHours hours)
{
    /// <summary>Of each other server the number through which everything is applied.</summary>
    public IReadOnlyList<ServerNumber> AppliedThrough { get; private set; } = [];

    public void Apply(Changes changes)
    {
        staged.Clear();
        foreach (var stored in changes.Events) staged.Apply(stored);
        staged.Settle();
        staged.Publish();
        foreach (var version in changes.Hours) hours.Add(version);
        AppliedThrough = changes.GivenThrough;
    }
}
