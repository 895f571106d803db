using System.Net.Sockets;
using AgentStatus.Server.Hosting;
using Grpc.Core;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>Whatever hangs, the process is gone within 10 s of SIGTERM.</summary>
public sealed class StopLimitTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_stop_that_does_not_end_is_ended()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        using var ended = new ManualResetEventSlim();
        StopLimit.Watch(lifetime, TimeSpan.FromMilliseconds(50), ended.Set);
        Assert.False(ended.Wait(TimeSpan.FromMilliseconds(200)));

        lifetime.StopApplication();

        Assert.True(ended.Wait(Until.Limit));
    }

    [Fact]
    public async Task A_server_whose_database_takes_connections_and_says_nothing_stops()
    {
        using var database = new TcpListener(IPAddress.Loopback, 0);
        database.Start();
        using var server = ServerProcess.Started(
            "--Storage:Kind", "MongoDb", "--Storage:ConnectionString", $"mongodb://{database.LocalEndpoint}",
            "--Storage:StartDegraded", "true", "--Storage:WriteTimeout", "00:01:00",
            "--Storage:Path", _directory.File("spool"));
        using var connection = await database.AcceptTcpClientAsync().WaitAsync(Until.Limit);
        await Until.TrueAsync(async () =>
        {
            try
            {
                await server.HealthAsync();
                return true;
            }
            catch (RpcException)
            {
                server.ConnectAnew();
                return false;
            }
        });
        var asked = Stopwatch.GetTimestamp();
        server.Terminate();
        await server.ExitedAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
