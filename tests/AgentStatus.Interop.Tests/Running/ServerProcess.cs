using System.Net;
using System.Net.Sockets;

namespace AgentStatus.Interop.Tests.Running;

/// <summary>The built server as a process of its own: a free port, an empty store, some business hours.</summary>
public sealed class ServerProcess : IAsyncLifetime
{
    private const string Hours = """
        {"time_zone": "Europe/Prague", "weekly": {"wednesday": [["09:00", "12:00"], ["13:00", "17:00"]]}}
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agentstatus-interop-");
    private Program? _program;

    /// <summary>Companies of the tests, open on Wednesdays; the day that the clients ask for is one.</summary>
    public static IEnumerable<int> Companies => Enumerable.Range(1, 99);

    /// <summary>HOST:PORT, as foreign clients take it.</summary>
    public string Address { get; } = $"127.0.0.1:{FreePort()}";

    internal Program Program => _program!;

    public async ValueTask InitializeAsync()
    {
        var settings = Path.Combine(_directory.FullName, "settings.json");
        var companies = string.Join(',', Companies.Select(company => $"\"{company}\": {Hours}"));
        await File.WriteAllTextAsync(settings, "{\"companies\": {" + companies + "}}");
        _program = Program.Start(
            "dotnet",
            [
                SourceTree.Server,
                "--Endpoint", $"http://{Address}",
                "--Storage:Path", Path.Combine(_directory.FullName, "store"),
                "--CompanySettings:Path", settings,
            ],
            _directory.FullName);
        await _program.UntilItSaysAsync("Ready on");
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null) await _program.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
