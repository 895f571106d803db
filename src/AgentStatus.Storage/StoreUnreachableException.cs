namespace AgentStatus.Storage;

/// <summary>
/// The store did not answer, or did not confirm in time. Of a write this is neither success nor failure: it may be
/// stored, or may come to be.
/// </summary>
public sealed class StoreUnreachableException(string message, Exception? inner = null) : StoreException(message, inner);
