namespace AgentStatus.Interop.Tests.Deploy;

/// <summary>What `build.ps1 publish` makes for Linux runs on its own: without .NET, and wherever it lies.</summary>
public sealed class PublishTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    [Fact, Slow]
    public async Task Server_and_command_line_are_one_program_each_with_store_and_page()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It makes programs for Linux.");
        using var files = new TempDirectory();
        var server = await PublishAsync(files, "src/AgentStatus.Server");
        var client = await PublishAsync(files, "clients/AgentStatus.Cli");
        var (grpc, http) =
            ($"http://127.0.0.1:{LoopbackPort.Free()}", $"http://127.0.0.1:{LoopbackPort.Free()}");
        using var running = new ChildProcess(
            Path.Combine(server, "AgentStatus.Server"),
            ["--Endpoint", grpc, "--Http", http, "--Storage:Path", files.File("store")],
            new Dictionary<string, string> { ["DOTNET_ROOT"] = files.File("no-dotnet") });
        await running.LineAsync("Ready on");

        await RunAsync("record", "--status", "offline", "--origin", "agent");
        Assert.Contains("Offline", await RunAsync("classify"));
        using var browser = new HttpClient();
        Assert.Contains("<html", await browser.GetStringAsync(new Uri(http)));
        running.Stop();
        Assert.Equal(0, running.ExitCode);

        async Task<string> RunAsync(string command, params string[] more) => (await ChildProcess.RunAsync(
            Path.Combine(client, "agentstatus"),
            [command, "--company", "1", "--agent", "1", "--address", grpc, .. more])).MustSucceed();
    }

    /// <summary>The folder that it is in. What is made on the way lies beside it, not in the source tree.</summary>
    private static async Task<string> PublishAsync(TempDirectory files, string project)
    {
        var folder = files.File(Path.GetFileName(project));
        (await ChildProcess.RunAsync(
            "dotnet",
            [
                "publish", Path.Combine(SourceTree.Root, project), "-c", "Release", "-r", "linux-x64",
                "--self-contained", "-p:PublishSingleFile=true", "-nodeReuse:false", "--artifacts-path",
                files.File("artifacts"), "-o", folder,
            ],
            limit: Limit)).MustSucceed();
        Assert.Empty(Directory.EnumerateFiles(folder, "*.dll"));
        return folder;
    }
}
