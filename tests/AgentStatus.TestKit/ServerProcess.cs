using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentStatus.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace AgentStatus.TestKit;

/// <summary>The built server as a process of its own, on the machine's clock. It does not outlive the test.</summary>
public sealed partial class ServerProcess : IDisposable
{
    private readonly ChildProcess _process;
    private GrpcChannel _channel;

    private ServerProcess(Func<string, string[], ChildProcess> start, string[] args)
    {
        Endpoint = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        _process = start(SourceTree.Server, ["--Endpoint", $"{Endpoint}", "--Http", "http://127.0.0.1:0", .. args]);
        _channel = GrpcChannel.ForAddress(Endpoint);
    }

    public Uri Endpoint { get; }

    /// <summary>The second endpoint, on a port that was free; known once the server serves.</summary>
    public Uri Http => new(HttpAddress().Match(Output).Groups[1].Value);

    /// <summary>What it has written so far, to output and error.</summary>
    public string Output => _process.Said;

    public int ExitCode => _process.ExitCode;

    /// <summary>Physical memory in use. Linux.</summary>
    public long ResidentBytes() => _process.ResidentBytes();

    /// <summary>See <see cref="ChildProcess.ProcessorTimes"/>.</summary>
    public (TimeSpan Ran, TimeSpan Waited) ProcessorTimes() => _process.ProcessorTimes();

    public GrpcChannel Channel => _channel;

    public AgentStatusService.AgentStatusServiceClient Service => new(_channel);

    /// <summary>How long it took from the process's start until a client was told SERVING.</summary>
    public TimeSpan StartedIn { get; private set; }

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<ServerProcess> ServingAsync(string storagePath, params string[] args)
    {
        var started = Stopwatch.GetTimestamp();
        var server = Started(["--Storage:Path", storagePath, .. args]);
        await server.ServesAsync();
        server.StartedIn = Stopwatch.GetElapsedTime(started);
        return server;
    }

    /// <summary>Starts it, whatever becomes of it.</summary>
    public static ServerProcess Started(params string[] args) => Started(new Dictionary<string, string>(), args);

    /// <summary>Starts it with more in its environment.</summary>
    public static ServerProcess Started(IReadOnlyDictionary<string, string> environment, params string[] args) =>
        new((built, all) => new ChildProcess(built, all, environment), args);

    /// <summary>Starts it with no more file descriptors than this.</summary>
    public static ServerProcess StartedWith(int descriptors, params string[] args) =>
        new((built, all) => new("bash", ["-c", $"ulimit -n {descriptors}; exec \"$0\" \"$@\"", built, .. all]), args);

    /// <summary>Starts it with an output that nobody reads: a pipe, which is full at some time.</summary>
    /// <param name="pipe">Where the pipe is made.</param>
    public static ServerProcess StartedUnread(string pipe, params string[] args) =>
        new((built, all) => new("bash", ["-c", $"mkfifo {pipe}; exec \"$0\" \"$@\" <>{pipe} >&0", built, .. all]), args);

    /// <summary>Starts it with a disk of this size for its own at this directory. See <see cref="SmallDisk"/>.</summary>
    public static ServerProcess StartedOnSmallDisk(string directory, int kilobytes, params string[] args) =>
        new((built, all) => new("unshare", SmallDisk.Arguments(directory, kilobytes, [built, .. all])), args);

    /// <summary>A file or directory of a disk of its own, which nobody else sees by its path.</summary>
    public string OnItsDisk(string path) => $"/proc/{_process.Id}/root{path}";

    /// <summary>Gives its small disk at this directory another size, as an expression of bash with $used, in
    /// kilobytes.</summary>
    public Task ResizeDiskAsync(string directory, string kilobytes) =>
        SmallDisk.ResizeAsync(_process.Id, directory, kilobytes);

    /// <summary>The programs and libraries that it has loaded. Linux.</summary>
    public IReadOnlySet<string> LoadedFiles() => _process.LoadedFiles();

    /// <summary>Waits until it serves.</summary>
    public Task ServesAsync() => Until.TrueAsync(IsServingAsync, () => $"the server serves; it said: {Output}");

    /// <summary>It stands still, and its connections with it.</summary>
    public void Pause() => _process.Signal(ChildProcess.Sigstop);

    public void Resume() => _process.Signal(ChildProcess.Sigcont);

    /// <summary>With a new channel.</summary>
    public void ConnectAnew()
    {
        _channel.Dispose();
        _channel = GrpcChannel.ForAddress(Endpoint);
    }

    /// <summary>As a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitedAsync();
    }

    public async Task<HealthCheckResponse.Types.ServingStatus> HealthAsync() =>
        (await new Health.HealthClient(_channel).CheckAsync(new HealthCheckRequest())).Status;

    public void Terminate() => _process.Signal(ChildProcess.Sigterm);

    /// <summary>Waits for its end, and for all of its output.</summary>
    public Task ExitedAsync() => _process.EndAsync(Until.Limit);

    public void Dispose()
    {
        _channel.Dispose();
        _process.Dispose();
    }

    [GeneratedRegex("JSON and the page on (http://\\S+)")]
    private static partial Regex HttpAddress();

    private async Task<bool> IsServingAsync()
    {
        if (_process.HasExited) throw new InvalidOperationException($"the server is gone: {Output}");
        try
        {
            return await HealthAsync() == HealthCheckResponse.Types.ServingStatus.Serving;
        }
        catch (RpcException)
        {
            // A channel waits longer and longer before it tries again.
            ConnectAnew();
            return false;
        }
    }
}
