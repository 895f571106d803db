namespace AgentStatus.Core;

/// <summary>Which status each origin may carry (docs/rules.md, Words).</summary>
public static class StatusRules
{
    /// <summary>Whether an event of this origin may carry this status; false for an unknown status or no
    /// origin.</summary>
    public static bool MayCarry(Origin origin, Status status) => origin switch
    {
        Origin.Agent or Origin.Supervisor =>
            status is Status.Online or Status.Idle or Status.Busy or Status.Away or Status.Offline,
        Origin.App => status is Status.Online or Status.Idle or Status.Away or Status.Offline,
        Origin.Call => status is >= Status.Online and <= Status.Offline,
        _ => false,
    };
}
