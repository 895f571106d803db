namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>A server process on a shared database, with a spool of its own: killed and started again it finds the
/// spool. Where Debian's faketime is, its clock can be wrong; its waits with a limit may then end early, so that it
/// spools now and then.</summary>
internal sealed class MongoServer : IDisposable
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly TempDirectory _directory = new();
    private readonly string[] _args;
    private readonly Dictionary<string, string> _environment = [];

    public MongoServer(TimeSpan wrongBy, params string[] args)
    {
        _args = ["--Storage:Path", _directory.File("spool"), .. args];
        if (wrongBy == TimeSpan.Zero || !CanBeWrong) return;
        _environment["LD_PRELOAD"] = FakeTime;
        _environment["FAKETIME"] = $"{wrongBy.TotalSeconds:+0.0;-0.0}s";
        _environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
    }

    public static bool CanBeWrong => File.Exists(FakeTime);

    public ServerProcess Process { get; private set; } = null!;

    public AgentStatusService.AgentStatusServiceClient Service => Process.Service;

    public static async Task<MongoServer> ServingAsync(params string[] args)
    {
        var server = new MongoServer(TimeSpan.Zero, args);
        server.Start();
        await server.Process.ServesAsync();
        return server;
    }

    public void Start(params string[] more)
    {
        Process?.Dispose();
        Process = ServerProcess.Started(_environment, [.. _args, .. more]);
    }

    public void Dispose()
    {
        Process?.Dispose();
        _directory.Dispose();
    }
}
