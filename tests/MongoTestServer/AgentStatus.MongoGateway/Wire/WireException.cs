namespace AgentStatus.MongoGateway.Wire;

/// <summary>The client sent what the protocol forbids: its connection ends.</summary>
internal sealed class WireException(string message) : Exception(message);
