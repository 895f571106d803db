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
    private const int LastLines = 20;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private ServerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
    }

    /// <summary>An address that nobody listens on now.</summary>
    public static Uri FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    /// <param name="binary">AgentStatus.Server.dll.</param>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="settings">The settings file with the business hours.</param>
    /// <param name="directory">Where it stores, and its working directory.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CommandFailedException">It ended, or did not answer within 30 s.</exception>
    public static async Task<ServerProcess> StartAsync(
        string binary, Uri endpoint, string settings, string directory, CancellationToken cancellationToken)
    {
        var server = new ServerProcess(new ProcessStartInfo(Dotnet())
        {
            ArgumentList =
            {
                binary,
                "--Endpoint", endpoint.GetLeftPart(UriPartial.Authority),
                "--Storage:Kind", "Sqlite",
                "--Storage:Path", Path.Combine(directory, "data"),
                "--CompanySettings:Path", settings,
            },
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        try
        {
            server._process.Start();
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
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
        if (!_process.HasExited)
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
                await client.ClassifyRingTargetAsync(new Ring(CompanyId: 1, AgentId: 1), cancellationToken);
                return;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                var fault = _process.HasExited ? "ended"
                    : TimeProvider.System.GetElapsedTime(start) > StartLimit
                        ? $"did not answer within {StartLimit.TotalSeconds} s" : null;
                if (fault is not null)
                    throw new CommandFailedException($"The server {fault}: {string.Join(" | ", _said)}");
            }
        }
    }

    private void Remember(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        _said.Enqueue(line.Trim());
        if (_said.Count > LastLines)
            _said.TryDequeue(out _);
    }

    /// <summary>The dotnet that runs this program, so that the server gets the same; else that on the PATH.</summary>
    private static string Dotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var own = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", name));
        return File.Exists(own) ? own : name;
    }
}
