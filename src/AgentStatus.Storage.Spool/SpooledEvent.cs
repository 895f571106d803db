namespace AgentStatus.Storage.Spool;

/// <summary>An event in the spool.</summary>
/// <param name="Number">Its place: the oldest has the least.</param>
/// <param name="ToAppend">The event, as it will be appended to the store.</param>
public readonly record struct SpooledEvent(long Number, EventToAppend ToAppend);
