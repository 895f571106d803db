namespace AgentStatus.Server.Access;

/// <summary>The server cannot start: the files with credentials are not good.</summary>
internal sealed class CredentialsException(IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    /// <summary>All of them, a sentence each.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
