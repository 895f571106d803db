namespace AgentStatus.Storage;

/// <summary>A place among what a server stored: it numbers its events, rising, with gaps.</summary>
/// <param name="ServerId">The server; empty in a store that has one server only.</param>
/// <param name="Number">0: none.</param>
public readonly record struct ServerNumber(string ServerId, long Number);
