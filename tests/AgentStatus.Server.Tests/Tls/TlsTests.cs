using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Tls;

/// <summary>Both endpoints with TLS, over real ports.</summary>
public sealed class TlsTests(ITestOutputHelper output)
{
    /// <summary>A ClientHello of TLS 1.1 (RFC 4346) with three suites.</summary>
    private static readonly byte[] OldHello =
    [
        22, 3, 1, 0, 49, 1, 0, 0, 45, 3, 2, .. new byte[32], 0, 0, 6, 0xc0, 0x13, 0xc0, 0x14, 0, 0x2f, 1, 0,
    ];

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_endpoints_answer(SslProtocols protocol)
    {
        await using var tls = await TlsServer.StartAsync();
        using var channel = tls.Channel(protocols: protocol);
        var service = new AgentStatusService.AgentStatusServiceClient(channel);
        await service.RecordAsync(V1.AgentStatus.Offline);
        Assert.Equal("Offline", (await service.ClassifyAsync()).Label);
        using var hours = await tls.HoursAsync(protocols: protocol);
        Assert.Equal(HttpStatusCode.OK, hours.StatusCode);
        Assert.Empty(tls.Server.Log.Warnings);
    }

    [Fact]
    public async Task Tls_1_1_is_refused_with_an_alert()
    {
        await using var tls = await TlsServer.StartAsync();
        var answer = await AnswerAsync(tls.Server.Port, OldHello);
        Assert.Equal([21, 2, 70], new[] { answer[0], answer[5], answer[6] }); // Fatal: protocol_version.
    }

    [Fact]
    public async Task Who_speaks_plain_HTTP_is_told_and_nothing_is_logged()
    {
        await using var tls = await TlsServer.StartAsync();
        var http2 = await AnswerAsync(tls.Server.Port, RawHttp2.Preface);
        Assert.Equal([4, 7], new[] { http2[3], http2[12] }); // SETTINGS, GOAWAY.
        Assert.Equal(9 + 9 + http2[11], http2.Length);
        Assert.EndsWith("use https://.", Encoding.ASCII.GetString(http2));
        var http1 = Encoding.ASCII.GetString(
            await AnswerAsync(tls.Server.Http.Port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray()));
        Assert.StartsWith("HTTP/1.1 400", http1);
        Assert.EndsWith("Content-Length: 36\r\n\r\nThis port speaks TLS: use https://.\n", http1);
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress($"http://127.0.0.1:{tls.Server.Port}");
        var service = new AgentStatusService.AgentStatusServiceClient(channel);
        var failure = await Assert.ThrowsAsync<RpcException>(() => service.ClassifyAsync());
        output.WriteLine($"{failure.Status}");
        Assert.Empty(tls.Server.Log.Warnings);
    }

    [Fact]
    public async Task A_handshake_that_stops_is_ended_after_seconds()
    {
        await using var tls = await TlsServer.StartAsync();
        using var socket = await RawHttp2.ConnectAsync(tls.Server.Port, IPAddress.Loopback, OldHello[..40]);
        Assert.Equal(0, await ReadAsync(socket, new byte[1]));
    }

    [Fact]
    public async Task Random_bytes_end_their_connection_and_nothing_else()
    {
        await using var tls = await TlsServer.StartAsync();
        await Seeds.ForEachAsync(1, async random =>
        {
            for (var i = 0; i < 300; i++)
            {
                using var socket = await RawHttp2.ConnectAsync(tls.Server.Port, IPAddress.Loopback, Broken(random));
                socket.Shutdown(SocketShutdown.Send);
                while (await ReadAsync(socket, new byte[1024]) > 0)
                {
                }
            }
        });

        using var channel = tls.Channel();
        await new AgentStatusService.AgentStatusServiceClient(channel).RecordAsync(V1.AgentStatus.Online);
        Assert.Empty(tls.Server.Log.Warnings);
    }

    /// <remarks>The server is at any place of a connection's beginning when it is reset.</remarks>
    [Fact]
    public async Task Connections_that_are_reset_at_once_end_and_nothing_else()
    {
        await using var tls = await TlsServer.StartAsync();
        byte[][] begun = [[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8], new byte[30], [22, 3, 1, 0, 200, .. new byte[30]]];
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), async (i, _) =>
        {
            using var socket = await RawHttp2.ConnectAsync(tls.Server.Port, IPAddress.Loopback, begun[i % 3]);
            socket.LingerState = new(enable: true, seconds: 0);
        });

        using var channel = tls.Channel();
        await new AgentStatusService.AgentStatusServiceClient(channel).RecordAsync(V1.AgentStatus.Online);
        Assert.Empty(tls.Server.Log.Warnings);
    }

    [Fact]
    public async Task A_renewed_certificate_is_for_new_connections_and_open_ones_stay()
    {
        await using var tls = await TlsServer.StartAsync();
        using var open = tls.Channel();
        var service = new AgentStatusService.AgentStatusServiceClient(open);
        using var stream = service.StreamRingTargets();
        await AskAsync(stream, 1);

        tls.Write(tls.Authority.Server("renewed"));
        await tls.UntilAsync(() => tls.Server.Log.Notes.Any(line => line.Contains("CN=renewed")), "renewed");

        var (connection, subject) = await tls.ConnectAsync(SslApplicationProtocol.Http2);
        await using (connection) Assert.Equal("CN=renewed", subject);
        await AskAsync(stream, 2);
        Assert.Empty(tls.Server.Log.Warnings);
    }

    [Fact]
    public async Task Broken_files_are_said_once_and_the_old_certificate_stays()
    {
        await using var tls = await TlsServer.StartAsync();
        using var other = new TestAuthority();
        (string, string)[] broken =
        [
            (tls.Authority.Server().Certificate, other.Server().Key), ("nothing", "nothing"),
            tls.Authority.Server("old", new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        ];
        foreach (var files in broken)
        {
            var said = tls.Server.Log.Warnings.Count();
            tls.Write(files);
            await tls.UntilAsync(() => tls.Server.Log.Warnings.Count() > said, "said");
            for (var i = 0; i < 5; i++) tls.Server.Pass(ServerLimits.CertificateCheckInterval);
            var (connection, subject) = await tls.ConnectAsync(SslApplicationProtocol.Http2);
            await using (connection) Assert.Equal("CN=server", subject);
            Assert.Equal(said + 1, tls.Server.Log.Warnings.Count());
        }

        output.WriteLine(string.Join('\n', tls.Server.Log.Warnings));
        tls.Write(tls.Authority.Server("mended"));
        await tls.UntilAsync(() => tls.Server.Log.Notes.Any(line => line.Contains("CN=mended")), "mended");
    }

    [Theory]
    [InlineData("required", false)]
    [InlineData("optional", true)]
    public async Task Clients_certificates_are_checked_on_both_endpoints(string mode, bool isWithoutOneWelcome)
    {
        await using var tls = await TlsServer.StartWithClientsAsync(mode);
        using var other = new TestAuthority("Other");
        using var good = tls.Authority.Client();
        using var foreign = other.Client();
        using var ended = tls.Authority.Client(end: new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var forServers = tls.Authority.ForServers();
        Assert.True(await IsWelcomeAsync(good));
        Assert.Equal(isWithoutOneWelcome, await IsWelcomeAsync(null));
        foreach (var wrong in new[] { foreign, ended, forServers }) Assert.False(await IsWelcomeAsync(wrong));
        Assert.Empty(tls.Server.Log.Warnings);

        async Task<bool> IsWelcomeAsync(System.Security.Cryptography.X509Certificates.X509Certificate2? client)
        {
            using var channel = tls.Channel(client);
            bool isAnswered, isAsked;
            try
            {
                await new AgentStatusService.AgentStatusServiceClient(channel).ClassifyAsync();
                isAnswered = true;
            }
            catch (RpcException)
            {
                isAnswered = false;
            }

            try
            {
                using var hours = await tls.HoursAsync(client);
                isAsked = hours.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                isAsked = false;
            }

            Assert.Equal(isAnswered, isAsked);
            return isAnswered;
        }
    }

    [Fact]
    public async Task On_a_shared_port_HTTP_2_is_gRPC_s_and_all_else_the_page_s()
    {
        var port = LoopbackPort.Free();
        await using var tls = await TlsServer.StartAsync(
            "--Endpoint", $"https://127.0.0.1:{port}", "--Http", $"https://127.0.0.1:{port}");
        Assert.Equal((port, port), (tls.Server.Port, tls.Server.Http.Port));
        using var channel = tls.Channel();
        var service = new AgentStatusService.AgentStatusServiceClient(channel);
        await service.RecordAsync(V1.AgentStatus.Offline);
        using (var hours = await tls.HoursAsync()) Assert.Equal(HttpStatusCode.OK, hours.StatusCode);

        // As browsers do, and those without ALPN.
        var (browser, _) = await tls.ConnectAsync(SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        Assert.Equal(SslApplicationProtocol.Http11, browser.NegotiatedApplicationProtocol);
        var (old, _) = await tls.ConnectAsync();
        foreach (var stream in new[] { browser, old })
        {
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            var line = new byte[15];
            await stream.ReadExactlyAsync(line).AsTask().WaitAsync(Until.Limit);
            Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(line));
        }

        // The page is not gRPC's.
        var (grpc, _) = await tls.ConnectAsync(SslApplicationProtocol.Http2);
        await using (grpc) Assert.Equal(SslApplicationProtocol.Http2, grpc.NegotiatedApplicationProtocol);
        var started = Stopwatch.GetTimestamp();
        await tls.Server.StopAsync();
        output.WriteLine($"stopped in {Stopwatch.GetElapsedTime(started)} with two connections open");
        Assert.True(Stopwatch.GetElapsedTime(started) < ServerLimits.Shutdown, "A stop waits for nobody that is idle.");
        await browser.DisposeAsync();
        await old.DisposeAsync();
    }

    [Fact]
    public async Task A_client_without_ALPN_has_no_answer_from_gRPC_s_port_and_no_line_in_the_log()
    {
        await using var tls = await TlsServer.StartAsync();
        var (stream, _) = await tls.ConnectAsync();
        await using (stream) Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Until.Limit));
        Assert.Empty(tls.Server.Log.Warnings);
    }

    private static async Task AskAsync(
        AsyncDuplexStreamingCall<StreamRingTargetsRequest, StreamRingTargetsResponse> stream, ulong id)
    {
        await stream.RequestStream.WriteAsync(
            new() { RequestId = id, CompanyId = 1, Targets = { new RingTarget { AgentId = 1 } } });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Until.Limit));
        Assert.Equal(id, stream.ResponseStream.Current.RequestId);
    }

    /// <summary>Noise, or a hello with some bytes changed.</summary>
    private static byte[] Broken(Random random)
    {
        var bytes = random.Next(3) == 0 ? new byte[random.Next(1, 400)] : [.. OldHello];
        if (bytes.Length != OldHello.Length) random.NextBytes(bytes);
        for (var changes = random.Next(4); changes > 0; changes--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(2) == 0) bytes[0] = 22;
        return bytes;
    }

    /// <summary>All that the server says to this until it closes.</summary>
    private static async Task<byte[]> AnswerAsync(int port, byte[] sent)
    {
        using var socket = await RawHttp2.ConnectAsync(port, IPAddress.Loopback, sent);
        var all = new List<byte>();
        var buffer = new byte[1024];
        while (await ReadAsync(socket, buffer) is > 0 and var read) all.AddRange(buffer[..read]);
        return [.. all];
    }

    /// <summary>0: it was closed, in one way or the other.</summary>
    private static async Task<int> ReadAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer).WaitAsync(Until.Limit);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
