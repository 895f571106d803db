using System.Runtime.Versioning;
using AgentStatus.Client.Tests.Cli;

namespace AgentStatus.Client.Tests;

/// <summary>A server that listens on a socket file, over which the client and the command line ask.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SocketFileTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempDirectory _files = new();

    private string File => _files.File("a.sock");

    private Uri Address => new($"unix:{File}");

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task The_client_and_the_command_line_ask_over_a_file_that_is_the_servers_user_s_alone()
    {
        using var server = await ReadyAsync();
        using var client = Connect();

        await client.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = 2,
            Status = Status.Offline,
            Origin = StatusOrigin.Agent,
        });
        var ring = await client.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 2 });
        Assert.Equal("Offline", ring.Label);
        await using (var stream = client.OpenRingTargetStream())
            Assert.Equal("Offline", (await stream.ClassifyAsync(new()
            {
                CompanyId = 1,
                Targets = { new RingTarget { AgentId = 2 } },
            })).Results[0].Label);
        await foreach (var update in client.WatchStatusesAsync(new() { CompanyId = 1 }))
        {
            if (update.Message.Agents.Count == 0) continue;
            Assert.Equal(Status.Offline, Assert.Single(update.Message.Agents).Status);
            break;
        }

        var (exitCode, said, error) = await Shell.RunAsync(Address, "classify --company 1 --agent 2");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("Offline", said);
        Assert.Equal(OwnerAlone, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task A_killed_servers_file_makes_way_and_a_stopped_ones_is_gone()
    {
        using (var killed = await ReadyAsync()) await killed.KillAsync();
        Assert.True(System.IO.File.Exists(File));

        using var next = await ReadyAsync("--SocketMode", "0660");
        Assert.Equal(
            OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, System.IO.File.GetUnixFileMode(File));
        next.Terminate();
        await next.ExitedAsync();
        Assert.Equal(0, next.ExitCode);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task What_is_no_socket_and_who_listens_already_stay()
    {
        using var server = await ReadyAsync();
        await RefusesAsync(File, "Another process listens on");

        var plain = _files.File("plain");
        await System.IO.File.WriteAllTextAsync(plain, "precious");
        await RefusesAsync(plain, "is no socket");
        Assert.Equal("precious", await System.IO.File.ReadAllTextAsync(plain));

        await RefusesAsync(_files.File("nowhere/a.sock"), "does not exist");
        using var client = Connect();
        await client.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 2 });
    }

    /// <summary>Patient: a busy machine may take longer than a call can wait.</summary>
    private AgentStatusClient Connect() => new(new()
    {
        Endpoint = Address,
        ClassifyDeadline = Until.Limit,
        RecordDeadline = Until.Limit,
    });

    private async Task<ServerProcess> ReadyAsync(params string[] settings)
    {
        var server = Started("store", File, settings);
        await Until.TrueAsync(() => server.Output.Contains("Ready on"), () => server.Output);
        return server;
    }

    private async Task RefusesAsync(string file, string why)
    {
        using var refused = Started("other", file);
        await refused.ExitedAsync();
        Assert.True(refused.ExitCode == 1, $"exit code {refused.ExitCode}: {refused.Output}");
        Assert.Contains(why, refused.Output);
    }

    private ServerProcess Started(string store, string file, params string[] settings) => ServerProcess.Started(
        ["--Endpoint", $"unix:{file}", "--Http", "off", "--Storage:Path", _files.File(store), .. settings]);
}
