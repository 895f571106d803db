namespace AgentStatus.MongoGateway.Engine;

/// <summary>A command that failed: the client gets an answer with ok 0, this code and this message.</summary>
internal sealed class CommandException(int code, string message) : Exception(message)
{
    public int Code => code;
}
