using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Client.Tests.Cli.Backup;

/// <summary>What `backup` copied while a server serves, `restore` puts in place for another.</summary>
public sealed class BackupTests : IDisposable
{
    private const long CompanyId = 7;
    private const string Copy = "agentstatus.backup";

    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("all.db")]
    [InlineData("all.db.gz")]
    public async Task A_restored_server_knows_what_was_acknowledged_before_and_some_of_what_came_meanwhile(string name)
    {
        using var server = await ServerProcess.ServingAsync(_files.File("one"));
        await RunAsync(server, "seed --company 8 --agents 5 --days 3");
        using var stop = new CancellationTokenSource();
        var acknowledged = 0;
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await RecordAsync(server, acknowledged + 1);
                Interlocked.Increment(ref acknowledged);
            }
        });
        await Until.TrueAsync(() => Volatile.Read(ref acknowledged) > 20);
        var before = Volatile.Read(ref acknowledged);

        var said = await RunAsync(server, $"backup {_files.File(name)}");

        await stop.CancelAsync();
        await writing;
        Assert.Matches($@"[\d,]+ bytes: .*{name}$", said);
        Assert.False(File.Exists(Path.Combine(_files.File("one"), Copy)));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_files.File(name)));
        await RunAsync(server, $"restore {_files.File(name)} --path {_files.File("two")}");
        using var restored = await ServerProcess.ServingAsync(_files.File("two"));
        var ids = (await EventsAsync(restored, 1)).ConvertAll(e => e.EventId);
        Assert.InRange(ids.Count, before, acknowledged);
        Assert.Equal(Enumerable.Range(1, ids.Count).Select(i => $"{i}"), ids);
        Assert.Equal(await ReportAsync(server), await ReportAsync(restored));
    }

    [Fact]
    public async Task Restore_replaces_nothing_unless_told_and_never_under_a_server()
    {
        var (backup, path) = (_files.File("backup.db"), _files.File("store"));
        using (var server = await ServerProcess.ServingAsync(path))
        {
            await RecordAsync(server, 1);
            await RunAsync(server, $"backup {backup}");
            await RecordAsync(server, 2);
            Assert.Contains("in use by a server", await FailAsync($"restore {backup} --path {path} --replace"));
            server.Terminate();
            await server.ExitedAsync();
        }

        Assert.Contains("--replace", await FailAsync($"restore {backup} --path {path}"));
        var text = _files.File("notes.txt");
        await File.WriteAllTextAsync(text, "not a database at all");
        Assert.Contains("is not a database", await FailAsync($"restore {text} --path {path} --replace"));
        Assert.Contains("nowhere.db", await FailAsync($"restore {_files.File("nowhere.db")} --path {path} --replace"));
        using (var untouched = await ServerProcess.ServingAsync(path))
        {
            Assert.Equal(2, (await EventsAsync(untouched, 1)).Count);
            untouched.Terminate();
            await untouched.ExitedAsync();
        }

        var (exitCode, said, error) = await Shell.RunAsync(
            new Uri("http://127.0.0.1:1"), $"restore {backup} --path {path} --replace");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches(@"agentstatus\.db\.before-\d{8}T\d{6}Z", said);
        Assert.Single(Directory.GetFiles(path, "agentstatus.db.before-*Z"));
        using var restored = await ServerProcess.ServingAsync(path);
        Assert.Single(await EventsAsync(restored, 1));
    }

    [Fact]
    public async Task One_backup_at_a_time_and_one_that_is_given_up_leaves_nothing()
    {
        var path = _files.File("store");
        using var server = await ServerProcess.ServingAsync(path);
        await RunAsync(server, "seed --company 8 --agents 20 --days 20");
        using (var unread = new AdminService.AdminServiceClient(server.Channel).Backup(new()))
        {
            Assert.True(await unread.ResponseStream.MoveNext());
            var (exitCode, _, error) = await Shell.RunAsync(server.Endpoint, $"backup {_files.File("second.db")}");
            Assert.NotEqual(0, exitCode);
            Assert.Contains("another backup is under way", error);
            Assert.Empty(Directory.GetFiles(_files.Path, "second.db*"));
        }

        // The copy is gone a moment before the place is given back.
        await Until.TrueAsync(() => !File.Exists(Path.Combine(path, Copy)));
        await Until.TrueAsync(async () =>
        {
            var (exitCode, _, error) = await Shell.RunAsync(server.Endpoint, $"backup {_files.File("third.db")}");
            if (exitCode != 0) Assert.Contains("another backup is under way", error);
            return exitCode == 0;
        });
    }

    [Fact]
    public async Task A_copy_that_a_server_left_behind_goes_at_its_next_start()
    {
        Directory.CreateDirectory(_files.File("store"));
        foreach (var name in (string[])[Copy, $"{Copy}-journal"])
            await File.WriteAllTextAsync(Path.Combine(_files.File("store"), name), "half a copy");
        using var server = await ServerProcess.ServingAsync(_files.File("store"));
        Assert.Empty(Directory.GetFiles(_files.File("store"), $"{Copy}*"));
    }

    private static async Task<string> RunAsync(ServerProcess server, string commandLine)
    {
        var (exitCode, output, error) = await Shell.RunAsync(server.Endpoint, commandLine);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }

    private static async Task<string> FailAsync(string commandLine)
    {
        var (exitCode, _, error) = await Shell.RunAsync(new Uri("http://127.0.0.1:1"), commandLine);
        Assert.Equal(AgentStatus.Cli.CommandLine.Failed, exitCode);
        return error;
    }

    private static async Task RecordAsync(ServerProcess server, int number) =>
        await server.Service.RecordStatusAsync(new()
        {
            CompanyId = CompanyId,
            AgentId = 1,
            EventId = $"{number}",
            Status = number % 2 == 0 ? AgentStatus.V1.AgentStatus.Online : AgentStatus.V1.AgentStatus.Offline,
            Origin = StatusOrigin.Agent,
        });

    private static async Task<List<StatusEvent>> EventsAsync(ServerProcess server, long agentId)
    {
        var request = new ListStatusEventsRequest
        {
            CompanyId = CompanyId,
            AgentId = agentId,
            StartTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            EndTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(1)),
        };
        var events = new List<StatusEvent>();
        do
        {
            var page = await server.Service.ListStatusEventsAsync(request);
            events.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return events;
    }

    private static async Task<string> ReportAsync(ServerProcess server)
    {
        var today = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero);
        var report = await server.Service.GetBreakdownAsync(new()
        {
            CompanyId = 8,
            StartTime = Timestamp.FromDateTimeOffset(today.AddDays(-3)),
            EndTime = Timestamp.FromDateTimeOffset(today.AddDays(-1)),
            IncludeSegments = true,
        });
        Assert.NotEmpty(report.Agents);
        return report.Agents.ToString();
    }
}
