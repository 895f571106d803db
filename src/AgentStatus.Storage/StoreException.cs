namespace AgentStatus.Storage;

/// <summary>The store cannot do what was asked: it is full, broken, locked or out of reach.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);
