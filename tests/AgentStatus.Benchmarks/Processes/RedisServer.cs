using System.Net.Sockets;
using System.Text;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>A Redis of this run's own, without persistence, and its own load generator.</summary>
internal sealed class RedisServer : IDisposable
{
    private const int LoadBatch = 1_000;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;
    private readonly int _port;
    private int _agents;

    private RedisServer(ChildProcess process, int port) => (_process, _port) = (process, port);

    /// <exception cref="Running.MissingPeerException">It is not installed.</exception>
    public static RedisServer Start(string directory)
    {
        PeerPrograms.Redis("redis-benchmark");
        var port = LoopbackPort.Free();
        var process = new ChildProcess(
            PeerPrograms.Redis("redis-server"),
            ["--port", Text(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory]);
        process.LineAsync("Ready to accept connections", StartLimit).GetAwaiter().GetResult();
        return new(process, port);
    }

    /// <summary>A key for each agent, with what it is and since when.</summary>
    public void Load(int agents)
    {
        if (_agents == agents) return;
        using var client = new TcpClient("127.0.0.1", _port);
        using var stream = client.GetStream();
        for (var first = 0; first < agents; first += LoadBatch)
        {
            var sent = new StringBuilder();
            var count = Math.Min(LoadBatch, agents - first);
            for (var i = first; i < first + count; i++)
                sent.Append(CultureInfo.InvariantCulture, $"SET status:{i:d12} 1:1:{1_772_000_000_000 + i}\r\n");
            stream.Write(Encoding.ASCII.GetBytes(sent.ToString()));
            stream.ReadExactly(new byte[count * "+OK\r\n".Length]);
        }

        _agents = agents;
    }

    /// <summary>GETs of random agents by redis-benchmark: a second's worth of them, and the server's CPU time for
    /// one.</summary>
    public (double PerSecond, double CpuMicroseconds) Get(int connections, int pipeline, int requests)
    {
        var cpuBefore = _process.CpuSeconds();
        var benchmark = ChildProcess.RunAsync(
            PeerPrograms.Redis("redis-benchmark"),
            [
                "-p", Text(_port), "-c", Text(connections), "-P", Text(pipeline), "-n", Text(requests), "-r",
                Text(_agents),
                "--csv", "GET", "status:__rand_int__",
            ],
            limit: Timeout.InfiniteTimeSpan);
        var lines = benchmark.GetAwaiter().GetResult().MustSucceed().Split('\n');
        var cpu = _process.CpuSeconds() - cpuBefore;

        // "test","rps","avg_latency_ms",... and then the figures, all in quotes.
        var perSecond = lines.Last(line => line.StartsWith("\"GET", StringComparison.Ordinal)).Split(',')[1].Trim('"');
        return (double.Parse(perSecond, CultureInfo.InvariantCulture), 1e6 * cpu / requests);
    }

    public void Dispose() => _process.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
