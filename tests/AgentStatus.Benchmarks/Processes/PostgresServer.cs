using Npgsql;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>A PostgreSQL of this run's own, on the loopback address, with memory enough for all that is asked of it.
/// Without JIT: here it costs a query more than it saves.</summary>
internal sealed class PostgresServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly ChildProcess _process;
    private readonly NpgsqlDataSource _connections;

    private PostgresServer(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
        _connections = NpgsqlDataSource.Create(
            $"Host=127.0.0.1;Port={port};Username=bench;Database=postgres;Command Timeout=0");
    }

    public int Port { get; }

    /// <exception cref="Running.MissingPeerException">It is not installed.</exception>
    public static PostgresServer Start(string directory)
    {
        var server = PeerPrograms.Postgres("postgres");
        var files = Path.Combine(directory, "data");
        Give(directory);
        var initdb = PeerPrograms.Postgres("initdb");
        using (var initialise = Unprivileged(initdb, "-D", files, "-U", "bench", "-A", "trust"))
            initialise.EndAsync(StartLimit).GetAwaiter().GetResult().MustSucceed();
        var port = LoopbackPort.Free();
        var process = Unprivileged(
            server, "-D", files, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", directory,
            "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=2GB", "-c", "work_mem=256MB",
            "-c", "maintenance_work_mem=1GB", "-c", "max_wal_size=8GB", "-c", "random_page_cost=1.1",
            "-c", "effective_cache_size=8GB", "-c", "jit=off");
        process.LineAsync("ready to accept connections", StartLimit).GetAwaiter().GetResult();
        return new(process, port);
    }

    public NpgsqlConnection Open() => _connections.OpenConnection();

    public void Execute(string sql)
    {
        using var command = _connections.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _connections.Dispose();
        _process.Stop();
        _process.Dispose();
    }

    /// <summary>PostgreSQL refuses to run as root: then it runs as the user that Debian's package makes.</summary>
    private static ChildProcess Unprivileged(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
        ? new("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments])
        : new(program, arguments);

    private static void Give(string directory)
    {
        if (!Environment.IsPrivilegedProcess) return;

        // The run's directory is its owner's alone; the way to this one has to be open.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.GetDirectoryName(directory)!, (UnixFileMode)Convert.ToInt32("711", 8));
        ChildProcess.RunAsync("chown", ["postgres", directory]).GetAwaiter().GetResult().MustSucceed();
    }
}
