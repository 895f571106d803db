using System.Globalization;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Writes to two servers while the database goes away five times and each server is killed once. Nothing that
/// was acknowledged is lost or doubled, and everybody ends up alike. AGENTSTATUS_SOAK_SECONDS makes it longer; with
/// AGENTSTATUS_SOAK_KILLS_DATABASE the test server's database is really killed (give it one of its own), otherwise the
/// way to it fails.</summary>
[MongoDb]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const long CompanyId = 280197;
    private const int Agents = 40;
    private const int Outages = 5;
    private const int Writers = 8;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        int.Parse(
            Environment.GetEnvironmentVariable("AGENTSTATUS_SOAK_SECONDS") ?? "15", CultureInfo.InvariantCulture));

    private static readonly bool KillsDatabase =
        Environment.GetEnvironmentVariable("AGENTSTATUS_SOAK_KILLS_DATABASE") is { Length: > 0 };

    private static readonly (string Away, string Back)[] Faults =
    [
        ("refuse", "accept"), ("freeze", "thaw"), ("cut", "accept"), ("swallow-answer 5 insert", "reset"),
        ("refuse", "accept"),
    ];

    [Fact, Slow]
    public Task Outages_and_kills_lose_and_double_nothing() => Seeds.ForEachAsync(1, async random =>
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        var args = database.Args(
            KillsDatabase ? null : gateway.ConnectionString,
            "--Storage:WriteTimeout", "00:00:01", "--Storage:StartDegraded", "true");
        using var one = await MongoServer.ServingAsync(args);
        using var other = await MongoServer.ServingAsync(args);
        MongoServer[] servers = [one, other];
        var from = TimeProvider.System.GetUtcNow().AddDays(-2);
        var reports = new RandomReports(CompanyId, Agents, from, TimeSpan.FromDays(2), TimeSpan.FromMilliseconds(25));
        using var end = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer =>
        {
            var own = new Random(random.Next());
            return Task.Run(() => reports.SendAsync(own, () => servers[own.Next(servers.Length)].Service, end.Token));
        }).ToList();

        for (var outage = 0; outage < Outages; outage++)
        {
            await PassAsync(0.6);
            if (outage == 1) await RestartAsync(one);
            await OrderAsync(gateway, outage, isBack: false);
            await PassAsync(0.2);
            if (outage == 3) await RestartAsync(other);
            await PassAsync(0.2);
            await OrderAsync(gateway, outage, isBack: true);
            output.WriteLine($"outage {outage + 1}: {reports}");
        }

        await PassAsync(0.2);
        await end.CancelAsync();
        await Task.WhenAll(writers);
        output.WriteLine($"{Length.TotalSeconds:0} s and {Outages} outages: {reports}");
        foreach (var server in servers) await server.Process.ServesAsync();
        var started = Stopwatch.GetTimestamp();
        await reports.AreStoredAsync(database);
        await new Agreement(database, CompanyId, Agents).CheckAsync(servers, from.AddDays(-1));
        output.WriteLine($"all is stored and alike after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s; "
            + $"{database.Events().Count} events, "
            + $"{database.Texts(Storage.MongoDb.StatusDatabase.RejectedEvents, "event_id").Count} rejected");
        foreach (var server in servers) server.Process.Terminate();
        foreach (var server in servers) await server.Process.ExitedAsync();
        Assert.All(servers, server => Assert.True(server.Process.ExitCode == 0, server.Process.Output));
    });

    /// <summary>Lets a part of the time of one outage pass.</summary>
    private static Task PassAsync(double part) => Task.Delay(Length / Outages * part, CancellationToken.None);

    private static async Task RestartAsync(MongoServer server)
    {
        await server.Process.KillAsync();
        server.Start();
    }

    private static async Task OrderAsync(Gateway gateway, int outage, bool isBack)
    {
        if (!KillsDatabase)
        {
            await gateway.OrderAsync(isBack ? Faults[outage].Back : Faults[outage].Away);
            return;
        }

        var script = TestMongo.RequireEndpoints()["script"];
        (await ChildProcess.RunAsync(script, [isBack ? "start-db" : "kill-db"])).MustSucceed();
    }
}
