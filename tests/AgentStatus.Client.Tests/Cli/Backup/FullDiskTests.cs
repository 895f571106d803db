namespace AgentStatus.Client.Tests.Cli.Backup;

/// <summary>A backup that finds no room, on the client's disk or on the server's.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("all.db")]
    [InlineData("all.db.gz")]
    public async Task A_copy_that_fills_the_client_s_disk_is_said_and_leaves_nothing(string name)
    {
        var disk = Directory.CreateDirectory(_files.File("disk")).FullName;
        await SmallDisk.RequireAsync(disk);
        using var server = await ServerProcess.ServingAsync(_files.File("store"));
        await MustAsync(server, "seed --company 8 --agents 5 --days 3");
        string[] command =
        [
            "bash", "-c", "cd \"$0\"; \"$@\"; code=$?; echo \"left: $(ls -A)\"; exit $code", disk,
            "dotnet", RedirectedProcessTests.BuiltProgram(), "backup", Path.Combine(disk, name),
            "--address", $"{server.Endpoint}",
        ];

        var failed = await ChildProcess.RunAsync("unshare", SmallDisk.Arguments(disk, 16, command));

        Assert.Equal(1, failed.ExitCode);
        Assert.StartsWith("agentstatus: No space left on device", failed.Errors);
        Assert.Single(failed.Errors.TrimEnd().Split('\n'));
        Assert.EndsWith("left:", failed.Text.TrimEnd());
        await MustAsync(server, "record --company 8 --agent 1 --status away --origin agent");
        await MustAsync(server, $"backup {_files.File(name)}");
    }

    [Fact]
    public async Task A_server_without_room_says_so_and_goes_on()
    {
        var disk = Directory.CreateDirectory(_files.File("disk")).FullName;
        await SmallDisk.RequireAsync(disk);
        using var server = ServerProcess.StartedOnSmallDisk(disk, 64 * 1_024, "--Storage:Path", disk);
        await server.ServesAsync();

        var (exitCode, _, error) = await Shell.RunAsync(server.Endpoint, $"backup {_files.File("all.db")}");

        Assert.Equal(1, exitCode);
        Assert.Contains("make room there", error);
        Assert.Equal([disk], Directory.GetFileSystemEntries(_files.Path));
        await MustAsync(server, "record --company 8 --agent 1 --status away --origin agent");
        Assert.Contains("Away", await MustAsync(server, "classify --company 8 --agent 1"));
    }

    private static async Task<string> MustAsync(ServerProcess server, string command)
    {
        var (exitCode, output, error) = await Shell.RunAsync(server.Endpoint, command);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }
}
