using AgentStatus.Server.Tests.Calls;
using AgentStatus.Server.Tests.Running;
using AgentStatus.V1;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Two servers that see the same business hours change agree on one version for each change.</summary>
public sealed class SharedHoursTests
{
    private const string Day = """{"1": {"weekly": {"monday": [["09:00","17:00"]]}}}""";
    private const string Night = """{"1": {"weekly": {"monday": [["17:00","24:00"]]}}}""";

    [Fact]
    public async Task Hours_that_go_from_A_to_B_and_back_are_three_versions_for_both_servers()
    {
        using var database = new SharedDatabase();
        using var directory = new TempDirectory();
        var settings = directory.File("settings.json");
        Write(settings, Day);
        var args = database.Args(null, "--CompanySettings:Path", settings, "--CompanySettings:CacheFor", "00:00:01");
        using var one = await MongoServer.ServingAsync(args);
        using var other = await MongoServer.ServingAsync(args);
        foreach (var server in (MongoServer[])[one, other])
        {
            await server.Service.RecordStatusAsync(new()
            {
                CompanyId = 1, AgentId = 1, Status = V1.AgentStatus.Offline, Origin = StatusOrigin.Agent,
                OccurredAt = Times.At(TimeProvider.System.GetUtcNow().AddDays(-8).ToUnixTimeMilliseconds()), EventId = "the same",
            });
        }

        await VersionsAsync(database, 1, one, other);
        Write(settings, Night);
        await VersionsAsync(database, 2, one, other);
        Write(settings, Day);
        await VersionsAsync(database, 3, one, other);

        var contents = database.Store.ReadHours().Select(version => version.Json).ToList();
        Assert.Equal(contents[0], contents[2]);
        Assert.NotEqual(contents[0], contents[1]);
        await database.PeriodsAgreeAsync(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        // Both go on asking for the settings, and nothing comes of it.
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(3, database.Store.ReadHours().Count());
    }

    /// <summary>Waits until there are so many versions and both servers go by the last.</summary>
    private static async Task VersionsAsync(SharedDatabase database, int count, params MongoServer[] servers)
    {
        await Until.TrueAsync(() => database.Store.ReadHours().Count() == count, $"there are {count} versions");
        var endMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var request = new GetBreakdownRequest
        {
            CompanyId = 1,
            AgentIds = { 1 },
            StartTime = Times.At(endMs - (8 * 24 * 3_600_000L)),
            EndTime = Times.At(endMs),
            HoursBasis = HoursBasis.AsNow,
            HoursClip = HoursClip.AllStatuses,
            IncludeSegments = true,
        };
        await Until.TrueAsync(async () =>
        {
            var answers = await Task.WhenAll(servers.Select(server => server.Service.GetBreakdownAsync(request).ResponseAsync));
            var inHours = answers[0].Agents[0].Segments.First(segment => segment.InBusinessHours).StartTime.ToDateTime();
            return answers[0].Agents.Equals(answers[1].Agents) && inHours.Hour == (count == 2 ? 17 : 9);
        });
    }

    private static void Write(string file, string companies)
    {
        // Nobody reads half a file.
        File.WriteAllText($"{file}.new", $"{{\"companies\": {companies}}}");
        File.Move($"{file}.new", file, overwrite: true);
    }
}
