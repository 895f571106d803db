using System.Net.Sockets;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>What the server says to whom: nothing of the machine to clients, nothing of clients' garbage as an
/// error.</summary>
public sealed class HardeningTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();

    private string Store => _directory.File("store");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Clients_are_not_told_where_files_are()
    {
        await using var server = await TestServer.StartAsync(Now);
        server.ExpectsErrors = true;
        var file = server.Store.Description["SQLite in ".Length..];
        await using var other = new SqliteConnection($"Data Source={file};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await server.Service.RecordAsync(V1.AgentStatus.Online));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal(
            "agentstatus.db is locked by another program: end that program or its transaction.", refused.Status.Detail);
        Assert.Contains(server.Log.Errors, line => line.Contains(file));
    }

    [Fact]
    public async Task Garbage_and_rapid_resets_are_no_errors_in_the_log()
    {
        using var server = await ServerProcess.ServingAsync(Store);
        foreach (var garbage in Garbage()) await SendAsync(server.Endpoint.Port, [garbage]);
        await SendAsync(server.Endpoint.Port, Resets());
        await server.ServesAsync();
        server.Terminate();
        await server.ExitedAsync();
        Assert.DoesNotContain("fail:", server.Output);
        Assert.DoesNotContain("crit:", server.Output);
        Assert.DoesNotContain("   at ", server.Output);
    }

    [Fact]
    public async Task Kestrels_own_section_cannot_open_another_port()
    {
        using var server = ServerProcess.Started(
            "--Storage:Path", Store, "--Kestrel:Endpoints:Other:Url", "http://127.0.0.1:0");
        await server.ExitedAsync();
        Assert.Equal(1, server.ExitCode);
        Assert.Contains(":Url is not a key; known: Endpoint, ", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", null)]
    [InlineData("false", StatusCode.Unimplemented)]
    public async Task Reflection_can_be_turned_off(string reflection, StatusCode? refused)
    {
        await using var server = await TestServer.StartAsync(Now, "--Reflection", reflection);
        using var asking = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();

        // A server that refuses may have done so before it is asked: then the writing fails, and the answer says why.
        await Record.ExceptionAsync(async () =>
        {
            await asking.RequestStream.WriteAsync(new() { ListServices = "" });
            await asking.RequestStream.CompleteAsync();
        });
        var answer = await Record.ExceptionAsync(
            async () => Assert.True(await asking.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal(refused, (answer as RpcException)?.StatusCode);
        if (refused is null) Assert.Null(answer);
    }

    private static IEnumerable<byte[]> Garbage()
    {
        yield return "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
        yield return [0x16, 3, 1, 2, 0, .. Enumerable.Repeat((byte)0x99, 600)];
        yield return "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"u8.ToArray();
        yield return [.. RawHttp2.Preface, .. Enumerable.Repeat((byte)0xFF, 100)];
        yield return [.. RawHttp2.Preface, .. RawHttp2.Frame(1, 4, 1, [.. Enumerable.Repeat((byte)0xFF, 50)])];
        byte[][] messages = [[], [1, 0, 0, 0, 0], [1, 0, 0, 0, 3, 1, 2, 3], [2, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0xFF]];
        foreach (var encoding in (string[])["gzip", "deflate", "identity", "zzz"])
        {
            foreach (var message in messages)
            {
                var headers = RawHttp2.Headers("ClassifyRingTarget", ("grpc-encoding", encoding));
                yield return
                    [.. RawHttp2.Preface, .. RawHttp2.Frame(1, 4, 1, headers), .. RawHttp2.Frame(0, 1, 1, message)];
            }
        }
    }

    /// <summary>Requests that are taken back at once, in portions.</summary>
    private static IEnumerable<byte[]> Resets()
    {
        var headers = RawHttp2.Headers("ClassifyRingTarget");
        yield return RawHttp2.Preface;
        for (var i = 0; i < 600; i++)
        {
            yield return
            [
                .. Enumerable.Range(i * 100, 100).SelectMany(stream => (byte[])
                [
                    .. RawHttp2.Frame(1, 5, 1 + (2 * stream), headers),
                    .. RawHttp2.Frame(3, 0, 1 + (2 * stream), [0, 0, 0, 8]),
                ]),
            ];
        }
    }

    /// <summary>Sends without reading, until the server has had enough.</summary>
    private static async Task SendAsync(int port, IEnumerable<byte[]> portions)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        try
        {
            foreach (var portion in portions) await socket.SendAsync(portion);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(new byte[4_096]).WaitAsync(Until.Limit) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The server closed it.
        }
    }
}
