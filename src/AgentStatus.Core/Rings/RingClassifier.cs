namespace AgentStatus.Core.Rings;

/// <summary>The table of docs/rules.md, Classification: effective status at ring_at and outcome give it. Neither the
/// queue rule (that it did was the bug of ticket DSH-6189) nor business hours are asked.</summary>
public static class RingClassifier
{
    private const int Outcomes = 8;

    private static readonly RingClassification[] Table =
    [
        .. from status in Enum.GetValues<Status>()
           from outcome in Enum.GetValues<RingOutcome>()
           select Decide(status, outcome),
    ];

    private static readonly string[] Labels =
    [
        "", "Offline", "Busy (missed)", "Busy", "Away", "Busy (rejected)", "Unreachable", "Cancelled",
        "Answered elsewhere", "Answered", "Unknown",
    ];

    /// <summary>The classification of a ring. Allocates nothing.</summary>
    public static RingClassification Classify(Status status, RingOutcome outcome) =>
        Table[((int)status * Outcomes) + (int)outcome];

    /// <summary>What Call Steps shows, in English.</summary>
    public static string Label(RingClassification classification) => Labels[(int)classification];

    private static RingClassification Decide(Status status, RingOutcome outcome) => (status, outcome) switch
    {
        (_, RingOutcome.Answered) => RingClassification.Answered,
        (Status.Unknown, _) => RingClassification.Unknown,
        (Status.Offline, _) => RingClassification.Offline,
        (Status.OnCall or Status.WrapUp or Status.Busy, _) => RingClassification.Busy,
        (Status.Away, _) => RingClassification.Away,
        (_, RingOutcome.DeviceBusy) => RingClassification.Busy,
        (_, RingOutcome.Rejected) => RingClassification.Rejected,
        (_, RingOutcome.Unreachable) => RingClassification.Unreachable,
        (_, RingOutcome.Cancelled) => RingClassification.Cancelled,
        (_, RingOutcome.AnsweredElsewhere) => RingClassification.AnsweredElsewhere,
        _ => RingClassification.BusyMissed,
    };
}
