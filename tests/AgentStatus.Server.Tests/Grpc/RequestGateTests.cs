using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>What requests under way hold has a limit for each connection, each address and in all.</summary>
public sealed class RequestGateTests() : ServerTests(Now)
{
    private const int Connections = 20;
    private const int Streams = 64;
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.2");
    private static readonly ClassifyRingTargetsRequest Group = new() { CompanyId = 1 };

    [Fact]
    public async Task An_address_takes_no_more_than_its_own_share_and_gives_it_back()
    {
        if (!OperatingSystem.IsLinux()) return; // Elsewhere 127.0.0.2 is not this machine's by itself.
        using var metrics = MeterReadings.Of(Server);
        var headers = RawHttp2.Headers("StreamRingTargets");
        byte[] streams =
        [
            .. RawHttp2.Preface,
            .. Enumerable.Range(0, Streams).SelectMany(stream => RawHttp2.Frame(1, 4, 1 + (2 * stream), headers)),
        ];
        var sockets = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => RawHttp2.ConnectAsync(Server.Port, Other, streams)));
        await Until.TrueAsync(() => metrics["agentstatus.requests.memory"] == ServerLimits.HeldBytesOfAddress);
        const int Taken = ServerLimits.HeldBytesOfAddress / ServerLimits.LargeHeldBytes;
        await Until.TrueAsync(() => metrics["agentstatus.requests.refused"] == (Connections * Streams) - Taken);

        var refused = await Refused.ByAsync(() => AskFromAsync(Other));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains($"HeldBytes is {ServerLimits.HeldBytes}", refused.Message);
        Assert.NotNull(refused.Detail<RetryInfo>().RetryDelay);
        await Server.Service.ClassifyAsync();

        foreach (var socket in sockets) socket.Dispose();
        await Until.TrueAsync(() => metrics["agentstatus.requests.memory"] == 0);
        await AskFromAsync(Other);
    }

    [Fact]
    public async Task What_broken_requests_held_is_given_back()
    {
        using var metrics = MeterReadings.Of(Server);
        var headers = RawHttp2.Headers("StreamRingTargets");
        using (await RawHttp2.ConnectAsync(
            Server.Port, IPAddress.Loopback, [.. RawHttp2.Preface, .. RawHttp2.Frame(1, 4, 1, headers)]))
        {
            await Until.TrueAsync(() => metrics["agentstatus.requests.memory"] == ServerLimits.LargeHeldBytes);
        }

        await Until.TrueAsync(() => metrics["agentstatus.requests.memory"] == 0);
    }

    [Fact]
    public async Task A_message_that_is_half_sent_on_a_stream_is_ended()
    {
        byte[] half = RawHttp2.Message(new StreamRingTargetsRequest { CompanyId = 1, CallId = long.MaxValue })[..^3];
        using var socket = await RawHttp2.ConnectAsync(
            Server.Port,
            IPAddress.Loopback,
            [
                .. RawHttp2.Preface, .. RawHttp2.Frame(1, 4, 1, RawHttp2.Headers("StreamRingTargets")),
                .. RawHttp2.Frame(0, 0, 1, half),
            ]);
        var said = ReadUntilResetAsync(socket);
        await Until.TrueAsync(() =>
        {
            Server.Time.Advance(ServerLimits.MessageWithin);
            return said.IsCompleted;
        });
        Assert.Contains("MessageWithin is 10 s", await said);
    }

    /// <summary>What the server says until it ends the stream by RST_STREAM.</summary>
    private static async Task<string> ReadUntilResetAsync(Socket socket)
    {
        byte[] reset = RawHttp2.Frame(3, 0, 1, [])[3..];
        var (bytes, said) = (new byte[4_096], Array.Empty<byte>());
        while (said.AsSpan().IndexOf(reset) < 0)
        {
            var read = await socket.ReceiveAsync(bytes).WaitAsync(Until.Limit);
            Assert.NotEqual(0, read);
            said = [.. said, .. bytes[..read]];
        }

        return System.Text.Encoding.ASCII.GetString(said);
    }

    private async Task AskFromAsync(IPAddress address)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) => new NetworkStream(
                await RawHttp2.ConnectAsync(Server.Port, address), ownsSocket: true),
        };
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{Server.Port}", new() { HttpHandler = handler });
        await new AgentStatusService.AgentStatusServiceClient(channel).ClassifyRingTargetsAsync(Group);
    }
}
