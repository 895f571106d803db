using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AgentStatus.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace AgentStatus.Server.Tests.Running;

/// <summary>The built server as a process of its own, on the machine's clock. It does not outlive the test.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private GrpcChannel _channel;

    private ServerProcess(string[] args, int port)
    {
        var built = Path.ChangeExtension(typeof(Program).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        _process = new Process
        {
            StartInfo = new(built, ["--Endpoint", $"{Endpoint}", .. args])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetTempPath(),
            },
        };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _channel = GrpcChannel.ForAddress(Endpoint);
    }

    public Uri Endpoint { get; }

    /// <summary>What it has written so far, to output and error.</summary>
    public string Output => string.Join('\n', _output);

    public int ExitCode => _process.ExitCode;

    public AgentStatusService.AgentStatusServiceClient Service => new(_channel);

    /// <summary>How long it took from the process's start until a client was told SERVING.</summary>
    public TimeSpan StartedIn { get; private set; }

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<ServerProcess> ServingAsync(string storagePath, params string[] args)
    {
        var server = Started(["--Storage:Path", storagePath, .. args]);
        var started = Stopwatch.GetTimestamp();
        await Until.TrueAsync(server.IsServingAsync, $"the server serves; it said: {server.Output}");
        server.StartedIn = Stopwatch.GetElapsedTime(started);
        return server;
    }

    /// <summary>Starts it, whatever becomes of it.</summary>
    public static ServerProcess Started(params string[] args)
    {
        var server = new ServerProcess(args, FreePort());
        server.Start();
        return server;
    }

    /// <summary>Starts it with more in its environment.</summary>
    public static ServerProcess Started(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var server = new ServerProcess(args, FreePort());
        foreach (var (name, value) in environment) server._process.StartInfo.Environment[name] = value;
        server.Start();
        return server;
    }

    /// <summary>Starts it with no more file descriptors than this.</summary>
    public static ServerProcess StartedWith(int descriptors, params string[] args)
    {
        var server = new ServerProcess(args, FreePort());
        var start = server._process.StartInfo;
        string[] limited = ["-c", $"ulimit -n {descriptors}; exec \"$0\" \"$@\"", start.FileName, .. start.ArgumentList];
        start.FileName = "bash";
        start.ArgumentList.Clear();
        foreach (var arg in limited) start.ArgumentList.Add(arg);
        server.Start();
        return server;
    }

    /// <summary>Waits until it serves.</summary>
    public Task ServesAsync() => Until.TrueAsync(IsServingAsync, $"the server serves; it said: {Output}");

    /// <summary>It stands still, and its connections with it.</summary>
    public void Pause() => Assert.Equal(0, Kill(_process.Id, Sigstop));

    public void Resume() => Assert.Equal(0, Kill(_process.Id, Sigcont));

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

    public void Terminate() => Assert.Equal(0, Kill(_process.Id, Sigterm));

    /// <summary>Waits for its end, and for all of its output.</summary>
    public Task ExitedAsync() => _process.WaitForExitAsync().WaitAsync(Until.Limit);

    public void Dispose()
    {
        _channel.Dispose();
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Start()
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

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

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null) _output.Enqueue(line.Data);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
