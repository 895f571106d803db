namespace AgentStatus.Interop.Tests.Running;

/// <summary>What a program said, and how it ended.</summary>
/// <param name="ExitCode">0: all went well.</param>
/// <param name="Text">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record Output(int ExitCode, string Text, string Errors)
{
    /// <summary>Its standard output; a program that failed fails the test with all that it said.</summary>
    public string MustSucceed()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Text}\n{Errors}");
        return Text;
    }
}
