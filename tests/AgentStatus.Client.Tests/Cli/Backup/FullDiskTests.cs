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

    [Fact]
    public async Task A_server_s_disk_that_fills_up_during_the_copy_is_said_and_no_half_copy_stays()
    {
        const int Kilobytes = 420 * 1_024; // Only what is used is taken of the machine's memory.
        var disk = Directory.CreateDirectory(_files.File("disk")).FullName;
        await SmallDisk.RequireAsync(disk);
        using var server = ServerProcess.StartedOnSmallDisk(disk, Kilobytes, "--Storage:Path", disk);
        await server.ServesAsync();
        await MustAsync(server, "seed --company 8 --agents 20 --days 20");
        var before = Directory.GetFileSystemEntries(server.OnItsDisk(disk)).Order();
        var to = _files.File("all.db");

        var error = "";
        for (var attempt = 0; error.Length == 0; attempt++)
        {
            Assert.True(attempt < 20, "Each copy was made before its disk was full.");
            File.Delete(to);
            await server.ResizeDiskAsync(disk, $"{Kilobytes}");
            error = await FillDuringCopyAsync(server, disk, to);
        }

        Assert.Contains("The disk is full", error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal([disk], Directory.GetFileSystemEntries(_files.Path));
        Assert.Equal(before, Directory.GetFileSystemEntries(server.OnItsDisk(disk)).Order());
        await MustAsync(server, "record --company 8 --agent 1 --status away --origin agent");
        Assert.Contains("Away", await MustAsync(server, "classify --company 8 --agent 1"));
        await server.ResizeDiskAsync(disk, $"{Kilobytes}");
        await MustAsync(server, $"backup {to}");
    }

    /// <summary>Stops the server as soon as it has begun the copy, and takes the room away meanwhile.</summary>
    /// <returns>What the command said; empty, where the copy was ready before that.</returns>
    private static async Task<string> FillDuringCopyAsync(ServerProcess server, string disk, string to)
    {
        var copy = server.OnItsDisk(Path.Combine(disk, "agentstatus.backup"));
        var backup = Task.Run(() => Shell.RunAsync(server.Endpoint, $"backup {to}"));
        while (!File.Exists(copy) && !backup.IsCompleted) Thread.Yield();
        server.Pause();
        await server.ResizeDiskAsync(disk, "used + 64");
        server.Resume();
        return (await backup).Error;
    }

    private static async Task<string> MustAsync(ServerProcess server, string command)
    {
        var (exitCode, output, error) = await Shell.RunAsync(server.Endpoint, command);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }
}
