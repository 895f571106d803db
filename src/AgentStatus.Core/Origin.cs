namespace AgentStatus.Core;

/// <summary>Who caused a status event. The numbers are those of the contract and of the stores: never change
/// one.</summary>
public enum Origin : byte
{
    /// <summary>No event: the origin of an unknown status.</summary>
    None = 0,

    /// <summary>The agent's own choice.</summary>
    Agent = 1,

    /// <summary>A supervisor's choice.</summary>
    Supervisor = 2,

    /// <summary>The app: opened, closed, idle.</summary>
    App = 3,

    /// <summary>A call began, went into wrap-up, or ended.</summary>
    Call = 4,

    /// <summary>A rule of the company's: a pause after three missed calls.</summary>
    System = 5,
}
