namespace AgentStatus.Core.Rings;

/// <summary>Which ring a call step is of: a ring is kept once.</summary>
/// <param name="CallId">1 or more.</param>
/// <param name="RingGroupId">0: none.</param>
/// <param name="RingAtMs">The routing time, milliseconds since the Unix epoch.</param>
public readonly record struct RingKey(long CompanyId, long CallId, long RingGroupId, long AgentId, long RingAtMs);

/// <summary>A classification with its evidence, as an answer says it.</summary>
/// <param name="Label">What Call Steps shows, in English.</param>
/// <param name="StatusLabel">The company's own name under the status; empty: none.</param>
/// <param name="SinceMs">Since when the agent had the status; null while unknown.</param>
/// <param name="Origin">The origin that decided; none while unknown.</param>
public sealed record StepClassification(
    RingClassification Classification,
    string Label,
    Status Status,
    string StatusLabel,
    long? SinceMs,
    Origin Origin,
    long KnownThroughMs)
{
    /// <summary>Whether Call Steps shows something else than for <paramref name="other"/>: the evidence behind the
    /// same words may change without that.</summary>
    public bool Differs(StepClassification other) =>
        Classification != other.Classification || Status != other.Status || StatusLabel != other.StatusLabel;
}

/// <summary>A ring that is kept (docs/rules.md, Call steps).</summary>
/// <param name="Given">What was answered for it.</param>
/// <param name="RecordedAtMs">When the server took it in.</param>
public sealed record CallStep(
    RingKey Ring, QueueRule QueueRule, RingOutcome Outcome, StepClassification Given, long RecordedAtMs)
{
    /// <summary>What becomes of this one where a step of the same ring is kept already.</summary>
    public StepChange ChangeOf(CallStep kept)
    {
        if (Normal(QueueRule) != Normal(kept.QueueRule)) return StepChange.Refused;
        if (Outcome == kept.Outcome || Outcome == RingOutcome.Unspecified) return StepChange.None;
        return kept.Outcome == RingOutcome.Unspecified ? StepChange.Outcome : StepChange.Refused;
    }

    /// <summary>What stands of a ring that <paramref name="kept"/> stands for (null: nothing) after this one.</summary>
    public CallStep After(CallStep? kept) =>
        kept is null ? this : ChangeOf(kept) == StepChange.Outcome ? this with { QueueRule = kept.QueueRule } : kept;

    /// <summary>In the order in which Call Steps shows them: by ring_at and agent.</summary>
    public static int Compare(CallStep first, CallStep second) => Order(first).CompareTo(Order(second));

    private static (long, long, long) Order(CallStep step) =>
        (step.Ring.RingAtMs, step.Ring.AgentId, step.Ring.RingGroupId);

    private static QueueRule Normal(QueueRule rule) => rule == QueueRule.Unspecified ? QueueRule.Always : rule;
}

/// <summary>What becomes of a step whose ring is kept already.</summary>
public enum StepChange
{
    /// <summary>It says nothing else, or less: nothing changes.</summary>
    None,

    /// <summary>The kept one had no outcome yet: this one's is taken, with the classification given for it.</summary>
    Outcome,

    /// <summary>It says something else: the kept one stands.</summary>
    Refused,
}
