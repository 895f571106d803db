namespace AgentStatus.Client.Tests.Cli;

/// <summary>`erase` against a real server.</summary>
public sealed class EraseCommandTests : IDisposable
{
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Erase_says_what_it_erased_and_needs_yes()
    {
        using var server = await ServerProcess.ServingAsync(_files.File("store"));
        for (var agent = 1; agent <= 3; agent++)
            await RunAsync(server, $"record --company 7 --agent {agent} --status busy --origin agent");

        Assert.Equal(2, (await Shell.RunAsync(server.Endpoint, "erase --company 7 --agent 1")).ExitCode);
        Assert.Contains(
            "Busy", await RunAsync(server, "events --company 7 --agent 1"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            "Erased: 1 events, 0 retractions, 0 call steps, 0 offline periods, 0 versions of business hours.",
            await RunAsync(server, "erase --company 7 --agent 1 --yes"));
        Assert.StartsWith("Erased: 2 events", await RunAsync(server, "erase --company 7 --yes"));
        Assert.StartsWith("Erased: 0 events", await RunAsync(server, "erase --company 7 --yes"));
    }

    private static async Task<string> RunAsync(ServerProcess server, string commandLine)
    {
        var (exitCode, output, error) = await Shell.RunAsync(server.Endpoint, commandLine);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }
}
