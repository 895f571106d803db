namespace AgentStatus.Storage;

/// <summary>What became of an appended event.</summary>
public enum AppendOutcome
{
    /// <summary>It is new.</summary>
    Stored,

    /// <summary>The same id with the same content was stored before.</summary>
    Duplicate,

    /// <summary>The same id was stored before with other content; the stored one stands.</summary>
    Conflict,
}
