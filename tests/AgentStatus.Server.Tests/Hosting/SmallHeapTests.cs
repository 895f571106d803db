using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>Clients that send much, in whole and in halves, and read nothing, against a process with a small
/// heap.</summary>
public sealed class SmallHeapTests(ITestOutputHelper output) : IDisposable
{
    private const string HeapBytes = "0x30000000"; // 768 MB
    private const int WarmUps = 100;
    private const int Waves = 3;
    private const int Connections = 50;

    /// <summary>Far more than a connection may have: the server refuses the others by HTTP/2's own means.</summary>
    private const int Streams = 1_000;

    /// <summary>Where the server's threads get a processor when they want one. Elsewhere as many times longer as it
    /// takes them to wait for one and to run than to run alone.</summary>
    private static readonly TimeSpan MostAnsweredWithin = TimeSpan.FromMilliseconds(100);

    /// <summary>Likewise, for the one that waits longest: docs/security.md, known gaps.</summary>
    private static readonly TimeSpan AllAnsweredWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StoppedWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WaveLasts = TimeSpan.FromSeconds(4);
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.2");

    private readonly TempDirectory _directory = new();
    private readonly List<Task<Socket>> _attackers = [];

    public void Dispose() => _directory.Dispose();

    [Fact, Slow]
    public async Task Answers_that_nobody_reads_neither_keep_others_waiting_nor_the_server_from_stopping()
    {
        if (!OperatingSystem.IsLinux()) return;
        var environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapBytes };
        using var server = ServerProcess.Started(environment, "--Storage:Path", _directory.File("store"));
        await server.ServesAsync();

        // The first ones connect, and are the first of their kind for the server.
        for (var i = 0; i < WarmUps; i++) await server.Service.ClassifyAsync();
        var before = await AskAsync(server);
        var (ranBefore, waitedBefore) = server.ProcessorTimes();
        var during = new List<TimeSpan>();
        for (var wave = 0; wave < Waves; wave++)
        {
            Attack(server.Endpoint.Port);
            during.AddRange(await AskAsync(server));
        }

        var memory = server.ResidentBytes();
        var (ran, waited) = server.ProcessorTimes();
        var stretch = 1 + ((waited - waitedBefore) / (ran - ranBefore));
        var stopping = Stopwatch.GetTimestamp();
        server.Terminate();
        await server.ExitedAsync();
        var stopped = Stopwatch.GetElapsedTime(stopping);
        output.WriteLine(
            $"stretched {stretch:0.0} times; before: {Say(before)}; during: {Say(during)}; {memory / 1e6:0} MB; "
            + $"stopped in {stopped.TotalSeconds:0.0} s");
        foreach (var attacker in _attackers)
            if (attacker.IsCompletedSuccessfully) (await attacker).Dispose();
        Assert.Equal(0, server.ExitCode);
        Assert.DoesNotContain("OutOfMemory", server.Output);
        Assert.DoesNotContain("fail:", server.Output);
        Assert.InRange(Percentile99(during), TimeSpan.Zero, MostAnsweredWithin * stretch);
        Assert.InRange(during.Max(), TimeSpan.Zero, AllAnsweredWithin * stretch);
        Assert.InRange(stopped, TimeSpan.Zero, StoppedWithin);
    }

    /// <summary>One request after the other, and how long each took.</summary>
    private static async Task<List<TimeSpan>> AskAsync(ServerProcess server)
    {
        var took = new List<TimeSpan>();
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WaveLasts;)
        {
            var asked = Stopwatch.GetTimestamp();
            await server.Service.ClassifyAsync();
            took.Add(Stopwatch.GetElapsedTime(asked));
        }

        return took;
    }

    private static TimeSpan Percentile99(List<TimeSpan> took) => took.Order().ElementAt(took.Count * 99 / 100);

    private static string Say(List<TimeSpan> took) =>
        $"{took.Count} answers, median {took.Order().ElementAt(took.Count / 2).TotalMilliseconds:0.0} ms, p99 "
        + $"{Percentile99(took).TotalMilliseconds:0} ms, longest {took.Max().TotalMilliseconds:0} ms";

    /// <summary>400 breakdowns (100 kB), 50,000 rings (9 MB), ring groups that fill the windows, and as many halves of
    /// messages on streams.</summary>
    private void Attack(int port)
    {
        var group = new ClassifyRingTargetsRequest { CompanyId = 1 };
        for (var i = 0; i < Limits.RingTargets; i++) group.Targets.Add(new RingTarget { AgentId = 1 + (i % 100) });
        Attack(port, 1, RawHttp2.Requests(400, "GetBreakdown", Window()));
        var ring = new ClassifyRingTargetRequest { CompanyId = 1, AgentId = 1 };
        Attack(port, Connections, RawHttp2.Requests(Streams, "ClassifyRingTarget", ring));
        Attack(port, Connections, RawHttp2.Requests(50, "ClassifyRingTargets", group));
        Attack(port, Connections,
        [
            .. RawHttp2.Frame(1, 4, 1, RawHttp2.Headers("StreamRingTargets")),
            .. RawHttp2.Frame(0, 0, 1, RawHttp2.Message(group).AsSpan(..^1)),
        ]);
    }

    private void Attack(int port, int connections, byte[] requests) => _attackers.AddRange(Enumerable
        .Range(0, connections)
        .Select(_ => RawHttp2.ConnectAsync(port, Other, [.. RawHttp2.PrefaceWithoutWindow, .. requests])));

    /// <summary>50 agents, 90 days, by the hour: 3 MB.</summary>
    private static GetBreakdownRequest Window() => new()
    {
        CompanyId = 1,
        AgentIds = { Enumerable.Range(1, 50).Select(id => (long)id) },
        StartTime = new Timestamp { Seconds = 1_760_000_000 },
        EndTime = new Timestamp { Seconds = 1_760_000_000 + (90 * 86_400) },
        Granularity = Granularity.Hour,
        HoursClip = HoursClip.None,
    };
}
