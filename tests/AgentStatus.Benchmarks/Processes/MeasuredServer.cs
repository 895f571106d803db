using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>A gRPC server in a process of its own, with its figures: the built AgentStatus.Server, or its empty
/// peer.</summary>
internal sealed class MeasuredServer : IDisposable
{
    /// <summary>Twenty million events from a cold disk.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    private readonly ChildProcess _process;

    private MeasuredServer(Route route, IEnumerable<string> arguments)
    {
        Route = route;
        var started = Stopwatch.GetTimestamp();
        _process = new ChildProcess("dotnet", arguments, Tuning());
        ReadyLine = _process.LineAsync("Ready on", StartLimit).GetAwaiter().GetResult();
        StartTook = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>How it is reached, by who says nothing of itself.</summary>
    public Route Route { get; }

    /// <summary>The port; not of one on a socket file.</summary>
    public int Port => ((IPEndPoint)Route.To).Port;

    /// <summary>What it said when it was ready.</summary>
    public string ReadyLine { get; }

    /// <summary>From the start of the process to being ready.</summary>
    public TimeSpan StartTook { get; }

    /// <summary>Our server, on the store in this directory.</summary>
    public static MeasuredServer Start(string storeDirectory, params string[] settings) =>
        Start(null, storeDirectory, settings);

    /// <summary>An earlier build, or ours.</summary>
    /// <exception cref="InvalidOperationException">It did not start; with what it said.</exception>
    public static MeasuredServer Start(EarlierBuild? build, string storeDirectory, params string[] settings)
    {
        var port = LoopbackPort.Free();
        return new(Route.ToPort(port), Arguments(build, $"http://127.0.0.1:{port}", storeDirectory, settings));
    }

    /// <summary>Ours, on a socket file.</summary>
    public static MeasuredServer StartOnFile(string storeDirectory, string file) => new(
        new(new UnixDomainSocketEndPoint(file)), Arguments(null, $"unix:{file}", storeDirectory, []));

    /// <summary>Ours, with TLS.</summary>
    /// <param name="storeDirectory">Of the store.</param>
    /// <param name="client">What clients show and trust.</param>
    /// <param name="settings">Those of TLS, and more.</param>
    public static MeasuredServer StartWithTls(
        string storeDirectory, SslClientAuthenticationOptions client, params string[] settings)
    {
        var port = LoopbackPort.Free();
        return new(
            Route.ToPort(port) with { Tls = client },
            Arguments(null, $"https://127.0.0.1:{port}", storeDirectory, settings));
    }

    /// <summary>The empty peer: this program's own verb, run with the server's runtime settings.</summary>
    public static MeasuredServer StartEmpty()
    {
        var port = LoopbackPort.Free();
        return new(Route.ToPort(port),
        [
            "exec", "--runtimeconfig", Beside("AgentStatus.Server.runtimeconfig.json"),
            Beside("AgentStatus.Benchmarks.dll"),
            Empty.EmptyServer.Verb, "--Endpoint", $"http://127.0.0.1:{port}",
        ]);
    }

    public double CpuSeconds() => _process.CpuSeconds();

    /// <summary>CPU seconds that it takes in each second while nobody asks anything.</summary>
    public double CpuAtRest(TimeSpan duration)
    {
        var before = CpuSeconds();
        using var never = new ManualResetEvent(false);
        never.WaitOne(duration);
        return (CpuSeconds() - before) / duration.TotalSeconds;
    }

    public long ResidentBytes() => _process.ResidentBytes();

    /// <summary>Lets it stand still, as a machine does that is frozen, until <see cref="Resume"/>.</summary>
    public void Pause() => _process.Signal(ChildProcess.Sigstop);

    public void Resume() => _process.Signal(ChildProcess.Sigcont);

    public void Dispose()
    {
        _process.Stop();
        _process.Dispose();
    }

    private static string[] Arguments(EarlierBuild? build, string endpoint, string storeDirectory, string[] settings) =>
    [
        Path.Combine(build?.Directory ?? AppContext.BaseDirectory, EarlierBuild.Program),
        "--Endpoint", endpoint, "--Storage:Path", storeDirectory, .. settings,
    ];

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    /// <summary>Nothing from the environment changes what is compared, but what both sides get. Earlier builds ignore
    /// the key Http here; as an argument they would refuse it.</summary>
    private static Dictionary<string, string> Tuning() =>
        new() { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["Http"] = "http://127.0.0.1:0" };
}
