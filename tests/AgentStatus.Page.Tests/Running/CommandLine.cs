namespace AgentStatus.Page.Tests.Running;

/// <summary>The built command line, as a process of its own.</summary>
internal static class CommandLine
{
    /// <summary>What it says when it is done.</summary>
    public static async Task<string> RunAsync(ServerProcess server, params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "agentstatus");
        return (await ChildProcess.RunAsync(program, [.. args, "--address", $"{server.Endpoint}"])).MustSucceed();
    }
}
