using System.Diagnostics;
using AgentStatus.Core.Tests;
using AgentStatus.Server.Tests.Calls;
using AgentStatus.Server.Tests.Laws;
using AgentStatus.Server.Tests.Running;
using AgentStatus.Storage.MongoDb;
using AgentStatus.V1;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>
/// Three server processes on one database, written to at random; one stands still for a while, one is killed and started again,
/// clocks are wrong where they can be. In the end all of them say the same, and so do the collections.
/// </summary>
public sealed class ManyServersTests(ITestOutputHelper output)
{
    private const long CompanyId = 280197;
    private const int Agents = 5;

    private static readonly TimeSpan[] WrongBy = [TimeSpan.Zero, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(-3.5)];

    [Fact]
    public Task Servers_that_write_at_once_end_up_alike() => Seeds.ForEachAsync(1, async random =>
    {
        var started = Stopwatch.GetTimestamp();
        using var database = new SharedDatabase();
        using var directory = new TempDirectory();
        var settings = directory.File("settings.json");
        await File.WriteAllTextAsync(settings, """
            {"companies": {"280197": {"time_zone": "Europe/Prague", "weekly": {
                "monday": [["09:00","17:00"]], "tuesday": [["09:00","17:00"]], "wednesday": [["08:00","12:00"], ["13:00","18:00"]],
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
            reports.Check(database.Events(), database.Texts(Collections.Rejected, "event_id"));

            await AgreeAsync(database, servers, from.AddDays(-1));
            await database.PeriodsAgreeAsync(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            foreach (var server in servers) server.Process.Terminate();
            foreach (var server in servers) await server.Process.ExitedAsync();
            Assert.All(servers, server => Assert.True(server.Process.ExitCode == 0, server.Process.Output));
        }
        finally
        {
            output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
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
        await Task.Delay(TimeSpan.FromSeconds(3), CancellationToken.None);
        servers[1].Process.Resume();
        await MoreAsync(reports, 50);
        await servers[2].Process.KillAsync();
        servers[2].Start();
        await MoreAsync(reports, 100);
        await servers[2].Process.ServesAsync();
        await MoreAsync(reports, 100);
        await end.CancelAsync();
        await Task.WhenAll(writers);
    }

    private static async Task MoreAsync(RandomReports reports, int more)
    {
        var enough = reports.Acknowledged + more;
        await Until.TrueAsync(() => reports.Acknowledged >= enough, $"{more} more are acknowledged");
    }

    /// <summary>All servers give the same breakdown with segments, and it is what follows from the events.</summary>
    private static async Task AgreeAsync(SharedDatabase database, List<MongoServer> servers, DateTimeOffset from)
    {
        var toMs = TimeProvider.System.GetUtcNow().AddSeconds(-10).ToUnixTimeMilliseconds();
        var fromMs = from.ToUnixTimeMilliseconds();
        var events = database.Events();
        var models = Enumerable.Range(1, Agents).Select(agent => new Model(
            new(CompanyId, agent), [.. events.Where(e => e.Agent.AgentId == agent)], database.Hours(CompanyId))).ToList();
        var expected = models.Select(model => model.Segments(fromMs, toMs)
            .Select(s => new Span(
                (int)s.Interval.Effective.Status, (int)s.Interval.Effective.Origin, s.InHours, s.Interval.StartMs, s.Interval.EndMs))
            .ToList()).ToList();
        var request = new GetBreakdownRequest
        {
            CompanyId = CompanyId,
            AgentIds = { Enumerable.Range(1, Agents).Select(agent => (long)agent) },
            StartTime = Times.At(fromMs),
            EndTime = Times.At(toMs),
            HoursClip = HoursClip.None,
            IncludeSegments = true,
        };
        GetBreakdownResponse[] answers = [];
        await Until.TrueAsync(
            async () =>
            {
                answers = await Task.WhenAll(servers.Select(server => server.Service.GetBreakdownAsync(request).ResponseAsync));
                return answers.All(answer => answer.Agents.Equals(answers[0].Agents)
                    && answer.Agents.Zip(expected).All(pair => Segments(pair.First).SequenceEqual(pair.Second)));
            },
            () => "all servers answer what follows from the events: "
                + string.Join('\n', answers.Select(answer => Difference(answer, expected))));
    }

    private static string Difference(GetBreakdownResponse answer, List<List<Span>> expected)
    {
        var pair = answer.Agents.Zip(expected).FirstOrDefault(pair => !Segments(pair.First).SequenceEqual(pair.Second));
        return pair == default ? "right" : $"agent {pair.First.AgentId}: too much {string.Join(',', Segments(pair.First).Except(pair.Second))}, "
            + $"missing {string.Join(',', pair.Second.Except(Segments(pair.First)))}";
    }

    private static IEnumerable<Span> Segments(AgentBreakdown agent) => agent.Segments.Select(s =>
        new Span((int)s.Status, (int)s.Origin, s.InBusinessHours, Times.Ms(s.StartTime), Times.Ms(s.EndTime)));

    private sealed record Span(int Status, int Origin, bool InHours, long StartMs, long EndMs);
}
