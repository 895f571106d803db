namespace AgentStatus.Interop.Tests.Running;

/// <summary>The server that foreign clients talk to: an empty store and some business hours.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private const string Hours = """
        {"time_zone": "Europe/Prague", "weekly": {"wednesday": [["09:00", "12:00"], ["13:00", "17:00"]]}}
        """;

    private readonly TempDirectory _directory = new();

    /// <summary>Companies of the tests, open on Wednesdays; the day that the clients ask for is one.</summary>
    public static IEnumerable<int> Companies => Enumerable.Range(1, 99);

    public ServerProcess Process { get; private set; } = null!;

    /// <summary>HOST:PORT, as foreign clients take it.</summary>
    public string Address => Process.Endpoint.Authority;

    public async ValueTask InitializeAsync()
    {
        var companies = string.Join(',', Companies.Select(company => $"\"{company}\": {Hours}"));
        await File.WriteAllTextAsync(_directory.File("settings.json"), "{\"companies\": {" + companies + "}}");
        Process = await ServerProcess.ServingAsync(
            _directory.File("store"), "--CompanySettings:Path", _directory.File("settings.json"));
    }

    public ValueTask DisposeAsync()
    {
        Process.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
