using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>Clients that ask for much and read nothing.</summary>
public sealed class UnreadAnswerTests(ITestOutputHelper output) : ServerTests(Now)
{
    private const int Requests = 90;

    /// <summary>What a busy machine may be late.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Most = ServerLimits.PingAfter + ServerLimits.PingTimeout + Late;

    private const string Watch = "/grpc.health.v1.Health/Watch";
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    private const int Taken = ServerLimits.BreakdownsOfPeer + ServerLimits.QueuedBreakdownsOfPeer;
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Breakdowns_that_nobody_reads_take_few_places_and_lose_them()
    {
        using var metrics = MeterReadings.Of(Server);
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, Server.Port);
            byte[] asked = [.. RawHttp2.PrefaceWithoutWindow, .. RawHttp2.Requests(Requests, "GetBreakdown", Window())];
            await socket.SendAsync(asked);
            await Until.TrueAsync(() => metrics["agentstatus.breakdowns.refused"] == Requests - Taken);

            // They keep their places: an answer that was worked out and not read would have left its own.
            Refused refused = null!;
            for (var i = 0; i < Requests; i++)
            {
                refused = await Refused.ByAsync(async () => await Server.Service.GetBreakdownAsync(Window()));
                Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
            }

            Assert.Contains("QueuedBreakdowns", refused.Message);
            Assert.Equal(
                TimeSpan.FromMilliseconds(ServerLimits.BreakdownRetryAfterMs),
                refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan());
            await Server.Service.ClassifyAsync();
        }

        // The connection is gone, and with it all that was asked on it.
        await Until.TrueAsync(async () => (await Record.ExceptionAsync(
            async () => await Server.Service.GetBreakdownAsync(Window()))) is null);
    }

    public static TheoryData<string> Rpcs => new(
        "GetBreakdown", "ClassifyRingTarget", "ClassifyRingTargets", "StreamRingTargets", "WatchStatuses", Watch,
        Reflection);

    [Theory, Slow]
    [MemberData(nameof(Rpcs))]
    public async Task An_answer_that_nobody_reads_is_ended_after_a_while(string rpc)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Server.Port);
        byte[] asked = [.. RawHttp2.PrefaceWithoutWindow, .. RawHttp2.Requests(1, rpc, Request(rpc))];
        await socket.SendAsync(asked);
        var started = Stopwatch.GetTimestamp();
        var bytes = new byte[4_096];
        try
        {
            for (int read; (read = await ReceiveAsync(socket, bytes).WaitAsync(Most)) > 0;)
            {
                // RST_STREAM: the stream is over, the connection is not.
                if (bytes.AsSpan(0, read).IndexOf((ReadOnlySpan<byte>)[0, 0, 4, 3, 0, 0, 0, 0, 1]) >= 0) break;
            }
        }
        catch (SocketException)
        {
            // The server closed the connection.
        }

        var elapsed = Stopwatch.GetElapsedTime(started);

        // By Kestrel's least rate, where that looks; a breakdown by AnswerWithin at the latest. What is small fits
        // the buffers: that ends since nobody answers the pings.
        output.WriteLine($"ended after {elapsed.TotalSeconds:0.0} s");
        var most = rpc == "GetBreakdown" ? ServerLimits.AnswerWithin + Late : Most;
        Assert.InRange(elapsed, TimeSpan.Zero, most);
    }

    /// <summary>The server's clock goes on with the machine's meanwhile.</summary>
    private async Task<int> ReceiveAsync(Socket socket, byte[] bytes)
    {
        var second = TimeSpan.FromSeconds(1);
        var received = socket.ReceiveAsync(bytes);
        while (!received.IsCompleted)
            if (await Task.WhenAny(received, Task.Delay(second)) != received) Server.Time.Advance(second);
        return await received;
    }

    private static IMessage Request(string rpc) => rpc switch
    {
        "GetBreakdown" => Window(),
        "ClassifyRingTarget" => new ClassifyRingTargetRequest { CompanyId = 1, AgentId = 1 },
        "ClassifyRingTargets" => new ClassifyRingTargetsRequest { CompanyId = 1 },
        "StreamRingTargets" => new StreamRingTargetsRequest { CompanyId = 1 },
        "WatchStatuses" => new WatchStatusesRequest { CompanyId = 1 },
        Watch => new HealthCheckRequest(),
        _ => new ServerReflectionRequest { ListServices = "" },
    };

    /// <summary>50 agents, 90 days, by the hour: 3 MB.</summary>
    private static GetBreakdownRequest Window() => new()
    {
        CompanyId = 1,
        AgentIds = { Enumerable.Range(1, 50).Select(id => (long)id) },
        StartTime = Times.At(Now.AddDays(-90)),
        EndTime = Times.At(Now),
        Granularity = Granularity.Hour,
        HoursClip = HoursClip.None,
    };
}
