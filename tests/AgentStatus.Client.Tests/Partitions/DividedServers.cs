namespace AgentStatus.Client.Tests.Partitions;

/// <summary>Server processes on one database that have a part of the companies each.</summary>
internal sealed class DividedServers : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly List<ServerProcess> _servers = [];

    public List<IList<Uri>> Addresses { get; } = [];

    /// <summary>Starts so many servers for each of so many parts; they serve when this returns.</summary>
    public static async Task<DividedServers> StartAsync(TestDatabase database, int parts, int serversOfPart = 1)
    {
        var servers = new DividedServers();
        try
        {
            for (var part = 1; part <= parts; part++)
            {
                var addresses = new List<Uri>();
                for (var i = 0; i < serversOfPart; i++)
                {
                    var server = await ServerProcess.ServingAsync(
                        servers._files.File($"spool{part}-{i}"),
                        "--Storage:Kind", "MongoDb", "--Storage:ConnectionString", database.Options.ConnectionString,
                        "--Storage:Database", database.Options.Database, "--Storage:WriteTimeout", "00:00:20",
                        "--Companies:Partition", $"{part}/{parts}");
                    servers._servers.Add(server);
                    addresses.Add(server.Endpoint);
                }

                servers.Addresses.Add(addresses);
            }

            return servers;
        }
        catch
        {
            servers.Dispose();
            throw;
        }
    }

    /// <summary>A client of all parts, with time enough for a busy machine.</summary>
    public AgentStatusClient Connect() => new(new()
    {
        Partitions = Addresses,
        ClassifyDeadline = Until.Limit,
        RecordDeadline = Until.Limit,
        BreakdownDeadline = Until.Limit,
        WatchSilence = Until.Limit,
    });

    /// <summary>Stops them as an operator does.</summary>
    public async Task StopAsync()
    {
        foreach (var server in _servers) server.Terminate();
        foreach (var server in _servers)
        {
            await server.ExitedAsync();
            Assert.True(server.ExitCode == 0, server.Output);
        }
    }

    public void Dispose()
    {
        foreach (var server in _servers) server.Dispose();
        _files.Dispose();
    }
}
