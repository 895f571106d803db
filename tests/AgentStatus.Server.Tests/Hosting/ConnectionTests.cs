using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Configuration;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>Clients that open connections and do nothing with them.</summary>
public sealed class ConnectionTests(ITestOutputHelper output) : IDisposable
{
    private const int Descriptors = 1_024;
    private const int Connections = 1_500;

    private readonly TempDirectory _directory = new();

    private string Store => _directory.File("store");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task More_connections_than_file_descriptors_are_refused_and_the_server_goes_on()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = ServerProcess.StartedWith(Descriptors, "--Storage:Path", Store);
        await server.ServesAsync();
        await server.Service.RecordAsync(V1.AgentStatus.Online);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Connections; i++) sockets.Add(await ConnectAsync(server.Endpoint.Port));
            var refused = new byte[1];
            Assert.Equal(0, await sockets[^1].ReceiveAsync(refused).WaitAsync(Until.Limit));

            // What needs a file for the first time: the library that makes the digest of a page token.
            await server.Service.RecordAsync(V1.AgentStatus.Online, agentId: 2);
            Assert.NotEmpty((await PageAsync(server)).NextPageToken);
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }

        server.ConnectAnew();
        await server.ServesAsync();
        output.WriteLine(server.Output);
        Assert.Single(server.Output.Split('\n'), line => line.Contains("Limits:Connections (624)"));
        Assert.DoesNotContain("fail:", server.Output);
        Assert.DoesNotContain("crit:", server.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nS")]
    public async Task A_connection_that_does_not_begin_is_closed_after_seconds(string sent)
    {
        await using var server = await TestServer.StartAsync(new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero));
        using var socket = await ConnectAsync(server.Port);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(sent));
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Until.Limit));
        output.WriteLine($"closed after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task One_address_cannot_have_all_connections()
    {
        if (!OperatingSystem.IsLinux()) return; // Elsewhere 127.0.0.2 is not this machine's by itself.
        await using var server = await TestServer.StartAsync(
            new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero), "--Limits:Connections", "4");
        var (one, other) = (IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3"));
        using var first = await RawHttp2.ConnectAsync(server.Port, one, RawHttp2.Preface);
        using var second = await RawHttp2.ConnectAsync(server.Port, one, RawHttp2.Preface);
        Assert.True(await IsAcceptedAsync(first) && await IsAcceptedAsync(second));
        using var third = await RawHttp2.ConnectAsync(server.Port, one, RawHttp2.Preface);
        Assert.False(await IsAcceptedAsync(third));
        using var another = await RawHttp2.ConnectAsync(server.Port, other, RawHttp2.Preface);
        Assert.True(await IsAcceptedAsync(another));
        Assert.Contains("Limits:ConnectionsOfAddress (2)", Assert.Single(server.Log.Warnings));
        first.Dispose();
        await Until.TrueAsync(async () =>
        {
            using var again = await RawHttp2.ConnectAsync(server.Port, one, RawHttp2.Preface);
            return await IsAcceptedAsync(again);
        });
    }

    /// <summary>Whether the server begins to speak HTTP/2.</summary>
    private static async Task<bool> IsAcceptedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[64]).WaitAsync(Until.Limit) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [Fact]
    public async Task More_connections_than_file_descriptors_cannot_be_configured()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = ServerProcess.StartedWith(
            Descriptors, "--Storage:Path", Store, "--Limits:Connections", "625");
        await server.ExitedAsync();
        Assert.Equal(1, server.ExitCode);
        Assert.Contains(
            "Limits:Connections is 625, but this process may have 1024 files and connections open, "
            + "and keeps 400 for itself",
            server.Output);
    }

    [Fact]
    public void Without_a_key_the_limit_is_10_000_or_what_the_descriptors_allow()
    {
        var options = ServerOptions.Read(new ConfigurationBuilder().Build(), out var faults);
        Assert.Empty(faults);
        Assert.Equal(
            Math.Min(ServerOptions.DefaultConnections, (FileDescriptors.Most() ?? 10_400) - 400), options.Connections);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task<GetBreakdownResponse> PageAsync(ServerProcess server) =>
        await server.Service.GetBreakdownAsync(new()
        {
            CompanyId = 1,
            StartTime = Timestamp.FromDateTime(DateTime.UnixEpoch),
            EndTime = Timestamp.FromDateTime(DateTime.UnixEpoch.AddDays(1)),
            PageSize = 1,
        });
}
