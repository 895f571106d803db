using System.Collections.Concurrent;

namespace AgentStatus.Client.Tests;

/// <summary>Two servers on one database are replaced one after the other, while writers and readers go on.</summary>
[MongoDb]
public sealed class UpgradeTests : IDisposable
{
    private const int Writers = 4;

    private readonly TempDirectory _files = new();
    private readonly ConcurrentQueue<string> _recorded = new();
    private readonly ConcurrentQueue<string> _failed = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task No_request_fails_and_no_event_is_lost()
    {
        using var database = TestDatabase.Require();
        ServerProcess[] servers = [await StartAsync(database, 0), await StartAsync(database, 1)];
        try
        {
            using var stop = new CancellationTokenSource();
            var working = Enumerable.Range(0, Writers).Select(i => WriteAsync(servers, i, stop.Token)).ToList();
            for (var i = 0; i < servers.Length; i++)
            {
                await ProgressAsync();
                servers[i].Terminate();
                await servers[i].ExitedAsync();
                Assert.Equal(0, servers[i].ExitCode);
                await ProgressAsync();
                var next = await StartAsync(database, i);
                servers[i].Dispose();
                Volatile.Write(ref servers[i], next);
            }

            await ProgressAsync();
            await stop.CancelAsync();
            await Task.WhenAll(working);
            Assert.True(_failed.IsEmpty, string.Join('\n', _failed));
            Assert.Equal(_recorded.Order(), await StoredAsync(servers[0]));
            TestContext.Current.TestOutputHelper?.WriteLine($"{_recorded.Count} events, each followed by a question");
        }
        finally
        {
            foreach (var server in servers) server.Dispose();
        }
    }

    private Task<ServerProcess> StartAsync(TestDatabase database, int number) => ServerProcess.ServingAsync(
        _files.File($"spool{number}"),
        "--Storage:Kind", "MongoDb", "--Storage:ConnectionString", database.Options.ConnectionString,
        "--Storage:Database", database.Options.Database, "--Storage:WriteTimeout", "00:00:20");

    /// <summary>Records and asks, now this server and now that one; what one does not answer goes to the other, with
    /// the same id, as behind a balancer.</summary>
    private async Task WriteAsync(ServerProcess[] servers, int writer, CancellationToken stop)
    {
        for (var n = 1; !stop.IsCancellationRequested; n++)
        {
            var id = $"{writer}-{n:D6}";
            var request = new RecordStatusRequest
            {
                CompanyId = 1,
                AgentId = writer + 1,
                Status = Status.Online,
                Origin = StatusOrigin.Agent,
                EventId = id,
            };
            var first = n % servers.Length;
            try
            {
                await EitherAsync(first, client => client.RecordStatusAsync(request));
                _recorded.Enqueue(id);
                await EitherAsync(
                    first, client => client.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = writer + 1 }));
            }
            catch (RpcException failure)
            {
                _failed.Enqueue($"{id}: {failure.Status}");
            }
        }

        async Task EitherAsync<T>(int first, Func<AgentStatusClient, Task<T>> ask)
        {
            for (var attempt = 0; ; attempt++)
            {
                var server = Volatile.Read(ref servers[(first + attempt) % servers.Length]);
                using var client = new AgentStatusClient(new()
                {
                    Endpoint = server.Endpoint,
                    ClassifyDeadline = TimeSpan.FromSeconds(10),
                    RecordDeadline = TimeSpan.FromSeconds(25),
                    MaxAttempts = 2,
                });
                try
                {
                    await ask(client);
                    return;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && attempt < 2 * servers.Length)
                {
                }
            }
        }
    }

    /// <summary>Waits until all have gone on a while.</summary>
    private Task ProgressAsync()
    {
        var goal = _recorded.Count + (20 * Writers);
        return Until.TrueAsync(() => _recorded.Count >= goal || !_failed.IsEmpty, () => "the writers go on");
    }

    private static async Task<IEnumerable<string>> StoredAsync(ServerProcess server)
    {
        using var client = new AgentStatusClient(new() { Endpoint = server.Endpoint });
        var ids = new List<string>();
        for (var agent = 1; agent <= Writers; agent++)
            await foreach (var stored in client.ListStatusEventsAsync(new()
            {
                CompanyId = 1,
                AgentId = agent,
            }))
                ids.Add(stored.EventId);
        return ids.Order();
    }
}
