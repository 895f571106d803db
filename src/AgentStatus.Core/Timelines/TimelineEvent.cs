namespace AgentStatus.Core.Timelines;

/// <summary>What a timeline needs of an event.</summary>
public readonly record struct TimelineEvent(long OccurredAtMs, Status Status, Origin Origin)
{
    public static TimelineEvent Of(StatusEvent e) => new(e.OccurredAtMs, e.Status, e.Origin);
}
