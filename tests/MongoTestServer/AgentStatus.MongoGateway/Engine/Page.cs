namespace AgentStatus.MongoGateway.Engine;

/// <summary>One page of a cursor as the engine gave it.</summary>
/// <param name="Answer">The whole answer to the client's find, aggregate or getMore.</param>
/// <param name="Continuation">What the engine wants back for the next page; null when there is none.</param>
/// <param name="CursorId">The cursor; 0 when there is no next page.</param>
internal sealed record Page(byte[] Answer, byte[]? Continuation, long CursorId);
