namespace AgentStatus.Core.Rings;

/// <summary>How one ring of one agent ended. The numbers are those of the contract.</summary>
public enum RingOutcome : byte
{
    /// <summary>As <see cref="NoAnswer"/>: it may still ring.</summary>
    Unspecified = 0,
    NoAnswer = 1,
    Rejected = 2,

    /// <summary>No device was registered.</summary>
    Unreachable = 3,

    /// <summary>The caller hung up.</summary>
    Cancelled = 4,
    AnsweredElsewhere = 5,
    Answered = 6,

    /// <summary>The device said busy.</summary>
    DeviceBusy = 7,
}
