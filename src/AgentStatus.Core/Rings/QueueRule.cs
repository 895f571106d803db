namespace AgentStatus.Core.Rings;

/// <summary>Whom a ring group rings. Kept with a ring; it never changes a classification. The numbers are those of the
/// contract.</summary>
public enum QueueRule : byte
{
    /// <summary>As <see cref="Always"/>.</summary>
    Unspecified = 0,
    Always = 1,
    AvailableOnly = 2,
}
