namespace AgentStatus.Core;

/// <summary>What an agent is doing. The numbers are those of the contract and of the stores: never change
/// one.</summary>
public enum Status : byte
{
    /// <summary>No event is known yet: never guessed to be a status.</summary>
    Unknown = 0,
    Online = 1,
    Idle = 2,
    OnCall = 3,
    WrapUp = 4,
    Busy = 5,
    Away = 6,
    Offline = 7,

    /// <summary>The agent works here no more. Only events say so: from then on the status is unknown.</summary>
    Left = 8,
}
