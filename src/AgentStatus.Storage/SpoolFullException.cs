namespace AgentStatus.Storage;

/// <summary>
/// The store does not answer and the spool has no room left, in its limit or on its disk. The spool took none of the
/// events; there is room when the store answers again. Some may come to be stored nevertheless, as after any write
/// that was not confirmed.
/// </summary>
public sealed class SpoolFullException(string message, Exception? inner = null) : StoreException(message, inner);
