namespace AgentStatus.TestKit;

/// <summary>What a program said, and how it ended.</summary>
/// <param name="ExitCode">0: all went well.</param>
/// <param name="Text">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
public sealed record Output(int ExitCode, string Text, string Errors)
{
    /// <summary>Its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; with all that it said.</exception>
    public string MustSucceed() =>
        ExitCode == 0 ? Text : throw new InvalidOperationException($"exit code {ExitCode}\n{Text}\n{Errors}");
}
