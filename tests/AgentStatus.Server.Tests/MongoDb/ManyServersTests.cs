namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Three server processes on one database, written to at random; one stands still for a while, one is killed
/// and started again, clocks are wrong where they can be. In the end all of them say the same, and so do the
/// collections.</summary>
[MongoDb]
public sealed class ManyServersTests(ITestOutputHelper output)
{
    private const long CompanyId = 280197;
    private const int Agents = 5;

    private static readonly TimeSpan[] WrongBy = [TimeSpan.Zero, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(-3.5)];

    [Fact, Slow]
    public Task Servers_that_write_at_once_end_up_alike() => Seeds.ForEachAsync(1, async random =>
    {
        var started = Stopwatch.GetTimestamp();
        using var database = new SharedDatabase();
        using var directory = new TempDirectory();
        var settings = directory.File("settings.json");
        await File.WriteAllTextAsync(settings, """
            {"companies": {"280197": {"time_zone": "Europe/Prague", "weekly": {
                "monday": [["09:00","17:00"]], "tuesday": [["09:00","17:00"]],
                "wednesday": [["08:00","12:00"], ["13:00","18:00"]],
                "thursday": [["09:00","17:00"]], "friday": [["09:00","15:00"]], "saturday": [["10:00","12:00"]]}}}}
            """);
        var servers = WrongBy.Select(wrongBy =>
            new MongoServer(wrongBy, database.Args(null, "--CompanySettings:Path", settings))).ToList();
        try
        {
            servers.ForEach(server => server.Start());
            await Task.WhenAll(servers.Select(server => server.Process.ServesAsync()));
            output.WriteLine($"serving after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");

            var from = TimeProvider.System.GetUtcNow().AddDays(-2);
            var reports = new RandomReports(CompanyId, Agents, from, TimeSpan.FromDays(2));
            await WriteAsync(random, reports, servers);
            output.WriteLine($"{reports}; clocks are wrong: {MongoServer.CanBeWrong}");
            await reports.AreStoredAsync(database);
            await new Agreement(database, CompanyId, Agents).CheckAsync(servers, from.AddDays(-1));
            foreach (var server in servers) server.Process.Terminate();
            foreach (var server in servers) await server.Process.ExitedAsync();
            Assert.All(servers, server => Assert.True(server.Process.ExitCode == 0, server.Process.Output));
        }
        finally
        {
            output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            foreach (var server in servers) output.WriteLine(server.Process.Output);
            servers.ForEach(server => server.Dispose());
        }
    });

    private static async Task WriteAsync(Random random, RandomReports reports, List<MongoServer> servers)
    {
        using var end = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 9).Select(writer =>
        {
            var own = new Random(random.Next());
            return Task.Run(() => reports.SendAsync(own, () => servers[writer % servers.Count].Service, end.Token));
        }).ToList();
        await MoreAsync(reports, 100);
        servers[1].Process.Pause();
        await MoreAsync(reports, 100);
        await KnowAsync(TimeProvider.System.GetUtcNow(), servers[0], servers[2]);
        servers[1].Process.Resume();
        await MoreAsync(reports, 50);
        await servers[0].Process.KillAsync();
        servers[0].Start();
        await MoreAsync(reports, 100);
        await servers[0].Process.ServesAsync();
        await MoreAsync(reports, 100);
        await end.CancelAsync();
        await Task.WhenAll(writers);
    }

    /// <summary>Waits until servers know all that was stored before an instant.</summary>
    private static Task KnowAsync(DateTimeOffset instant, params MongoServer[] servers) => Until.TrueAsync(async () =>
    {
        var request = new ClassifyRingTargetRequest { CompanyId = CompanyId, AgentId = 1 };
        var answers = await Task.WhenAll(
            servers.Select(server => server.Service.ClassifyRingTargetAsync(request).ResponseAsync));
        return answers.All(answer => answer.KnownThrough.ToDateTimeOffset() > instant);
    });

    private static async Task MoreAsync(RandomReports reports, int more)
    {
        var enough = reports.Acknowledged + more;
        await Until.TrueAsync(() => reports.Acknowledged >= enough, $"{more} more are acknowledged");
    }
}
