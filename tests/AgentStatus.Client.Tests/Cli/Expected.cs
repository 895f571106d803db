namespace AgentStatus.Client.Tests.Cli;

/// <summary>Output as a user sees it who redirects it to a file.</summary>
internal static class Expected
{
    public const string Day =
        """
        xxx
        """;
}
