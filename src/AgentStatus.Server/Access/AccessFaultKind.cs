namespace AgentStatus.Server.Access;

/// <summary>What may help a caller that was refused.</summary>
internal enum AccessFaultKind
{
    /// <summary>Other credentials: UNAUTHENTICATED.</summary>
    Credentials,

    /// <summary>Nothing that it can do: PERMISSION_DENIED.</summary>
    Permission,

    /// <summary>To try again: UNAVAILABLE.</summary>
    Waiting,
}
