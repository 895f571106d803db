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
    private readonly bool _isGuest;

    private MeasuredServer(Route route, IEnumerable<string> arguments)
        : this(route, new ChildProcess("dotnet", arguments, Tuning()), "", isGuest: false)
    {
    }

    private MeasuredServer(Route route, ChildProcess process, string endpoint, bool isGuest)
    {
        (Route, _process, _isGuest) = (route, process, isGuest);
        var started = Stopwatch.GetTimestamp();
        ReadyLine = process.LineAsync($"Ready on {endpoint}", StartLimit).GetAwaiter().GetResult();
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

    /// <summary>Ours, all in one process (<see cref="ServersTogether"/>): its CPU time and memory are what each of them
    /// has. The first one's end is that of all.</summary>
    /// <param name="servers">Of each its store's directory, what clients of TLS show and trust, and its
    /// settings.</param>
    public static IReadOnlyList<MeasuredServer> StartTogether(
        params (string StoreDirectory, SslClientAuthenticationOptions? Client, string[] Settings)[] servers)
    {
        var ports = Array.ConvertAll(servers, _ => LoopbackPort.Free());
        string Endpoint(int i) => $"{(servers[i].Client is null ? "http" : "https")}://127.0.0.1:{ports[i]}";
        var process = new ChildProcess(
            "dotnet",
            OwnVerb([.. ServersTogether.Arguments(servers.Select((one, i) =>
                Settings(Endpoint(i), one.StoreDirectory, one.Settings)))]),
            Tuning());
        return
        [
            .. servers.Select((one, i) => new MeasuredServer(
                Route.ToPort(ports[i]) with { Tls = one.Client }, process, $"{Endpoint(i)}/,", isGuest: i > 0)),
        ];
    }

    /// <summary>The empty peer.</summary>
    public static MeasuredServer StartEmpty()
    {
        var port = LoopbackPort.Free();
        return new(
            Route.ToPort(port), OwnVerb(Empty.EmptyServer.Verb, "--Endpoint", $"http://127.0.0.1:{port}"));
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
        if (_isGuest) return;
        _process.Stop();
        _process.Dispose();
    }

    private static string[] Arguments(EarlierBuild? build, string endpoint, string storeDirectory, string[] settings) =>
    [
        Path.Combine(build?.Directory ?? AppContext.BaseDirectory, EarlierBuild.Program),
        .. Settings(endpoint, storeDirectory, settings),
    ];

    private static string[] Settings(string endpoint, string storeDirectory, string[] more) =>
        ["--Endpoint", endpoint, "--Storage:Path", storeDirectory, .. more];

    /// <summary>A verb of this program, run with the server's runtime settings.</summary>
    private static string[] OwnVerb(params string[] arguments) =>
    [
        "exec", "--runtimeconfig", Beside("AgentStatus.Server.runtimeconfig.json"),
        Beside("AgentStatus.Benchmarks.dll"), .. arguments,
    ];

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    /// <summary>Nothing from the environment changes what is compared, but what both sides get. Earlier builds ignore
    /// the key Http here; as an argument they would refuse it.</summary>
    private static Dictionary<string, string> Tuning() =>
        new() { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["Http"] = "http://127.0.0.1:0" };
}
