namespace AgentStatus.Core.Timelines;

/// <summary>How long a call lasts at the most after the agent's last CALL event: its end can get lost. The same on all
/// servers of a store.</summary>
public sealed record CallLimits(long OnCallMs, long WrapUpMs)
{
    /// <summary>An end that does not find its call in progress waits so long for its begin (60 s): clocks of two
    /// machines differ.</summary>
    internal const long WaitingEndMs = 60_000;

    /// <summary>Those of <see cref="Limits"/>.</summary>
    public static CallLimits Default { get; } = new(Limits.OnCallMs, Limits.WrapUpMs);

    internal long Of(Status call) => call == Status.OnCall ? OnCallMs : WrapUpMs;
}
