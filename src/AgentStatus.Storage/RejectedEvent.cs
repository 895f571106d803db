using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>An event that came from a spool and found another one stored under its id.</summary>
/// <param name="Event">The event, as it was acknowledged.</param>
/// <param name="RecordedAtMs">When the server took it in.</param>
/// <param name="RejectedAtMs">When it was found that another event has its id.</param>
public readonly record struct RejectedEvent(StatusEvent Event, long RecordedAtMs, long RejectedAtMs);
