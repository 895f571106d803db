using AgentStatus.Storage.Sqlite;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>The built server as people and service managers meet it: starting, refusing to start, stopping.</summary>
public sealed class ProcessTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Store => _directory.File("store");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task On_an_empty_store_it_serves_soon()
    {
        using var server = await ServerProcess.ServingAsync(Store);
        output.WriteLine($"serving {server.StartedIn.TotalSeconds:0.00} s after the process was started");
        Assert.InRange(server.StartedIn, TimeSpan.Zero, TimeSpan.FromSeconds(20)); // 3 s on a machine that is not busy.
    }

    [Fact]
    public async Task SIGTERM_finishes_what_is_queued_and_exits_0_within_10_s()
    {
        using var server = await ServerProcess.ServingAsync(Store);
        using var stream = server.Service.StreamRingTargets();
        await stream.RequestStream.WriteAsync(new() { CompanyId = 1 });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        var acknowledged = 0;
        var writers = Enumerable.Range(1, 16).Select(async agent =>
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    await server.Service.RecordAsync(V1.AgentStatus.Online, id: $"{agent}-{i}", agentId: agent);
                    Interlocked.Increment(ref acknowledged);
                }
                catch (RpcException refused)
                {
                    return refused.Status;
                }
            }
        }).ToList();
        await Until.TrueAsync(() => Volatile.Read(ref acknowledged) > 200);
        var asked = Stopwatch.GetTimestamp();
        server.Terminate();
        var ended = await Assert.ThrowsAsync<RpcException>(
            () => stream.ResponseStream.MoveNext(CancellationToken.None));
        await server.ExitedAsync();
        var elapsed = Stopwatch.GetElapsedTime(asked);
        output.WriteLine($"gone {elapsed.TotalSeconds:0.00} s after SIGTERM, {acknowledged} events acknowledged");
        Assert.Equal(0, server.ExitCode);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));

        // No answer is what the client makes of a closed connection; the server's own answer is UNAVAILABLE.
        // The connection may close before a stream's trailers are through, too; StreamTests has a server that answers.
        Assert.All(await Task.WhenAll(writers), status => Assert.True(EndedByServer(status), $"{status}"));
        Assert.True(EndedByServer(ended.Status), $"{ended.Status}: {ended} {server.Output}");
        Assert.DoesNotContain("fail:", server.Output);
        Assert.DoesNotContain("crit:", server.Output);

        using var store = SqliteStatusStore.Open(Store);
        Assert.Equal(acknowledged, store.ReadMemory(Limits.FirstInstantMs).Sum(agent => agent.Events.Count));

        static bool EndedByServer(global::Grpc.Core.Status status) =>
            status.StatusCode == StatusCode.Unavailable || status.DebugException is not null;
    }

    [Fact]
    public async Task SIGTERM_does_not_wait_for_a_client_that_does_not_read()
    {
        using var server = await ServerProcess.ServingAsync(Store);
        using var stream = server.Service.StreamRingTargets();
        await stream.RequestStream.WriteAsync(new() { CompanyId = 1 });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        var asked = Stopwatch.GetTimestamp();
        server.Terminate();
        await server.ExitedAsync();
        var elapsed = Stopwatch.GetElapsedTime(asked);
        output.WriteLine($"gone {elapsed.TotalSeconds:0.00} s after SIGTERM");
        Assert.Equal(0, server.ExitCode);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_log_that_nobody_reads_holds_nothing_up()
    {
        using var server = ServerProcess.StartedUnread(
            _directory.File("log"), "--Storage:Path", Store, "--Logging:LogLevel:Default", "Trace",
            "--Logging:LogLevel:Microsoft", "Trace", "--Logging:LogLevel:Grpc", "Trace");
        await server.ServesAsync();

        // Each says some kilobytes; the pipe takes 64 KB, and the logger's queue 2,500 lines.
        for (var i = 0; i < 1_000; i++)
        {
            await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 })
                .ResponseAsync.WaitAsync(Until.Limit);
        }

        server.Terminate();
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused()
    {
        using var first = await ServerProcess.ServingAsync(Store);
        using var second = ServerProcess.Started("--Storage:Path", Store);
        await second.ExitedAsync();
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("AgentStatus does not start: the store cannot be used:", second.Output);
        Assert.Contains($"{Store} is in use by another server", second.Output);
        await first.Service.RecordAsync(V1.AgentStatus.Online);
    }

    [Fact]
    public async Task A_server_with_other_limits_of_calls_than_the_store_s_is_refused_and_says_both()
    {
        using (var first = await ServerProcess.ServingAsync(Store))
        {
            first.Terminate();
            await first.ExitedAsync();
        }

        using var second = ServerProcess.Started("--Storage:Path", Store, "--Timeline:OnCallLimit", "08:00:00");
        await second.ExitedAsync();
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("12:00:00 (Timeline:OnCallLimit)", second.Output);
        Assert.Contains("08:00:00 (Timeline:OnCallLimit)", second.Output);
        Assert.Contains("Timeline:ChangeLimits=true", second.Output);
    }

    [Fact]
    public async Task Every_fault_of_the_configuration_is_named_at_once()
    {
        using var server = ServerProcess.Started(
            "--Endpoint", "https://example.org/path",
            "--Http", "5081",
            "--HttpHosts", "good.example.org,http://bad",
            "--Storage:Kind", "Papyrus",
            "--Storage:Pfad", "x",
            "--Storag:Path", "x",
            "--Memory:Horizon", "soon",
            "--CompanySettings:Path", _directory.File("missing.json"),
            "--CompanySettings:Url", "http://127.0.0.1/settings",
            "--CompanySettings:CacheFor", "00:00:00");
        await server.ExitedAsync();
        Assert.Equal(1, server.ExitCode);
        foreach (var key in (string[])[
            "Endpoint is",
            "Http is \"5081\"; it must look like http://127.0.0.1:5081 (no path; https with Tls:*), or be \"off\"",
            "HttpHosts has \"http://bad\"", "Storage:Kind is", "Storage:Pfad is not a key", "Storag:Path is not a key",
            "Memory:Horizon is",
            "CompanySettings:Path and CompanySettings:Url are both set", "CompanySettings:Path cannot be read",
            "CompanySettings:Url has no {company_id}", "CompanySettings:CacheFor is"])
        {
            Assert.Contains(key, server.Output);
        }

        Assert.DoesNotContain("   at ", server.Output);
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_store_that_is_no_store_are_named()
    {
        using var first = await ServerProcess.ServingAsync(Store);
        using var second = ServerProcess.Started(
            "--Storage:Path", _directory.File("other"), "--Endpoint", $"{first.Endpoint}");
        await second.ExitedAsync();
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"cannot listen on {first.Endpoint}", second.Output);
        Assert.DoesNotContain("   at ", second.Output);

        using var alike = ServerProcess.Started("--Storage:Path", _directory.File("alike"), "--Http", $"{first.Http}");
        await alike.ExitedAsync();
        Assert.Equal(1, alike.ExitCode);
        Assert.Contains($"cannot listen on {first.Http}", alike.Output);
        Assert.Contains("Set the key Http to another address, or to \"off\"", alike.Output);
        Assert.DoesNotContain("   at ", alike.Output);

        Directory.CreateDirectory(_directory.File("odd"));
        await File.WriteAllTextAsync(
            Path.Combine(_directory.File("odd"), SqliteStatusStore.FileName), new string('x', 5_000));
        using var third = ServerProcess.Started("--Storage:Path", _directory.File("odd"));
        await third.ExitedAsync();
        Assert.Equal(1, third.ExitCode);
        Assert.Contains("is not a SQLite database", third.Output);
        Assert.DoesNotContain("   at ", third.Output);
    }
}
