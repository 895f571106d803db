namespace AgentStatus.Core;

/// <summary>Which status each origin may carry (docs/rules.md, Words).</summary>
public static class StatusRules
{
    /// <summary>Whether an event of this origin may carry this status; false for an unknown status or no
    /// origin.</summary>
    public static bool MayCarry(Origin origin, Status status) => origin switch
    {
        Origin.Agent => IsChoice(status),
        Origin.Supervisor or Origin.System => IsChoice(status) || status == Status.Left,
        Origin.App => status is Status.Online or Status.Idle or Status.Away or Status.Offline,
        Origin.Call => status is >= Status.Online and <= Status.Offline,
        _ => false,
    };

    private static bool IsChoice(Status status) =>
        status is Status.Online or Status.Idle or Status.Busy or Status.Away or Status.Offline;
}
