namespace AgentStatus.MongoGateway.Engine;

/// <summary>PostgreSQL does not answer, or went away during a command, whose fate is then unknown. The client's
/// connection ends without an answer, as it does when a mongod dies: drivers retry that, and look for the server
/// anew.</summary>
internal sealed class DatabaseLostException(Exception cause) : Exception(cause.Message, cause);
