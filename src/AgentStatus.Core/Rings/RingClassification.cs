namespace AgentStatus.Core.Rings;

/// <summary>What Call Steps shows for a ring. The numbers are those of the contract.</summary>
public enum RingClassification : byte
{
    Unspecified = 0,
    Offline = 1,
    BusyMissed = 2,
    Busy = 3,
    Away = 4,
    Rejected = 5,
    Unreachable = 6,
    Cancelled = 7,
    AnsweredElsewhere = 8,
    Answered = 9,
    Unknown = 10,
}
