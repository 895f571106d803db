using System.Net.Sockets;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>A gateway of the test's own before the test server's database: what is ordered here disturbs no other test.
/// See tests/MongoTestServer/README.md.</summary>
internal sealed class Gateway : IDisposable
{
    private readonly ChildProcess _process;
    private readonly IPEndPoint _control;

    private Gateway(ChildProcess process, string connectionString, IPEndPoint control) =>
        (_process, ConnectionString, _control) = (process, connectionString, control);

    public string ConnectionString { get; }

    /// <summary>Skips the test where the tests' MongoDB is not this machine's test server.</summary>
    public static async Task<Gateway> RequireAsync()
    {
        var endpoints = TestMongo.RequireEndpoints();
        var process = new ChildProcess(
            endpoints["gateway"],
            ["--postgres", endpoints["postgres"], "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]);
        var words = (await process.LineAsync("ready ")).Split(' ');
        return new Gateway(process, words[1], IPEndPoint.Parse(words[3]));
    }

    /// <summary>Gives an order: a fault, or the end of one.</summary>
    public async Task OrderAsync(string order)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_control);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{order}\n"));
        var answer = await reader.ReadLineAsync().WaitAsync(Until.Limit);
        Assert.StartsWith("ok", answer);
    }

    public void Dispose() => _process.Dispose();
}
