namespace AgentStatus.MongoGateway.Faults;

/// <summary>What a fault does to a command that it meets.</summary>
internal enum FaultKind
{
    /// <summary>The command waits before it is run.</summary>
    Delay,

    /// <summary>The command is run, and its answer waits.</summary>
    DelayAnswer,

    /// <summary>The command is not run and is answered with an error.</summary>
    Fail,

    /// <summary>The command is not run and its connection ends.</summary>
    LoseRequest,

    /// <summary>The command is run, and its connection ends instead of an answer.</summary>
    LoseAnswer,

    /// <summary>The command is run and never answered; the connection stays.</summary>
    SwallowAnswer,
}

/// <summary>One order of a test.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Target">A command's name, "write" for all of them, or "*" for every command.</param>
/// <param name="Amount">The delay in milliseconds, or the error's code.</param>
/// <param name="Left">For how many commands more; null: until reset.</param>
internal sealed record Fault(FaultKind Kind, string Target, int Amount, int? Left);
