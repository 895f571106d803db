namespace AgentStatus.Client;

/// <summary>What became of a recorded status event.</summary>
/// <param name="EventId">The event's id: the one given, or the one that was made.</param>
/// <param name="Outcome">Applied, shadowed by another event, or a duplicate.</param>
/// <param name="EffectiveStatus">The agent's status at the event's instant, as known now.</param>
/// <param name="EffectiveSince">Since when; null while the status is unknown.</param>
/// <param name="Durability">How safe the event is.</param>
public sealed record RecordedStatus(
    string EventId, RecordOutcome Outcome, Status EffectiveStatus, DateTimeOffset? EffectiveSince,
    Durability Durability)
{
    internal static RecordedStatus From(RecordStatusResponse response) => new(
        response.EventId, response.Outcome, response.EffectiveStatus, response.EffectiveSince?.ToDateTimeOffset(),
        response.Durability);
}
