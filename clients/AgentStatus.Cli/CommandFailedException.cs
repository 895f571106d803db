namespace AgentStatus.Cli;

/// <summary>A command could not do its work; the message is all that the user sees.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
