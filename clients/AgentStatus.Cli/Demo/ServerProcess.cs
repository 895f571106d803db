using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Grpc.Core;

namespace AgentStatus.Cli.Demo;

/// <summary>A server of the demo's own, as a process of its own, on a port of the loopback address.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string FileName = "AgentStatus.Server.dll";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private ServerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _said.Enqueue($"{line.Data}");
        _process.ErrorDataReceived += (_, line) => _said.Enqueue($"{line.Data}");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The server's program: the given path, else server/ beside this program (an installed one), else the
    /// source tree's own build of the same configuration and framework.</summary>
    /// <exception cref="CommandFailedException">It is in none of these places.</exception>
    public static string FindBinary(string? given)
    {
        if (given is not null)
            return File.Exists(given) ? Path.GetFullPath(given) : throw new CommandFailedException($"No file {given}.");
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(
            here.FullName, "../../../../../src/AgentStatus.Server/bin", here.Parent!.Name, here.Name, FileName);
        string[] places = [Path.Combine(here.FullName, "server", FileName), Path.GetFullPath(built)];
        return places.FirstOrDefault(File.Exists) ?? throw new CommandFailedException(
            $"The server is not built: {FileName} is in none of {string.Join(", ", places)}. "
            + "Build it, or name it with --server.");
    }

    /// <summary>An address that nobody listens on now.</summary>
    public static Uri FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }

    /// <summary>Starts the server, which stores in the directory and works there, and waits until it answers.</summary>
    /// <exception cref="CommandFailedException">It ended, or did not answer within 30 s.</exception>
    public static async Task<ServerProcess> StartAsync(
        string binary, Uri endpoint, string settings, string directory, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            binary, "--Endpoint", endpoint.GetLeftPart(UriPartial.Authority), "--Http", "off",
            "--Storage:Kind", "Sqlite",
            "--Storage:Path", Path.Combine(directory, "data"), "--CompanySettings:Path", settings,
        ];
        var server = new ServerProcess(new ProcessStartInfo(Dotnet(), arguments) { WorkingDirectory = directory });
        try
        {
            await server.WaitUntilItAnswersAsync(endpoint, cancellationToken);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Kills it on the spot, as a crash would, and waits for its end.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task WaitUntilItAnswersAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var client = new AgentStatusClient(new AgentStatusClientOptions { Endpoint = endpoint, MaxAttempts = 1 });
        for (var start = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Poll, cancellationToken))
        {
            try
            {
                await client.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 }, cancellationToken);
                return;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                if (_process.HasExited || TimeProvider.System.GetElapsedTime(start) > StartLimit)
                    throw new CommandFailedException($"The server does not answer: {string.Join(" | ", _said)}");
            }
        }
    }

    /// <summary>The dotnet that runs this program, so that the server gets the same; else that on the PATH.</summary>
    private static string Dotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var own = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", name));
        return File.Exists(own) ? own : name;
    }
}
