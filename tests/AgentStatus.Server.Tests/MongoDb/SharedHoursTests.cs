namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Two servers that see the same business hours change agree on one version for each change.</summary>
[MongoDb]
public sealed class SharedHoursTests
{
    private const string Day = """{"weekly": {"monday": [["09:00","10:00"]], "thursday": [["09:00","10:00"]]}}""";
    private const string Night = """{"weekly": {"monday": [["21:00","22:00"]], "thursday": [["21:00","22:00"]]}}""";

    [Fact, Slow]
    public async Task Hours_that_go_from_A_to_B_and_back_are_three_versions_for_both_servers()
    {
        using var database = new SharedDatabase();
        using var directory = new TempDirectory();
        var settings = directory.File("settings.json");
        Write(settings, Day, Day);
        var args = database.Args(null, "--CompanySettings:Path", settings, "--CompanySettings:CacheFor", "00:00:01");
        using var one = await MongoServer.ServingAsync(args);
        using var other = await MongoServer.ServingAsync(args);
        var weekAgo = Times.At(TimeProvider.System.GetUtcNow().AddDays(-8).ToUnixTimeMilliseconds());
        foreach (var server in (MongoServer[])[one, other])
        {
            foreach (var companyId in (long[])[1, 2])
            {
                await server.Service.RecordAsync(V1.AgentStatus.Offline, weekAgo, id: "the same", companyId: companyId);
            }
        }

        await VersionsAsync(database, 1, one, other);
        Write(settings, Night, Day);
        await VersionsAsync(database, 2, one, other);
        Write(settings, Day, Day);
        await VersionsAsync(database, 3, one, other);

        var contents = Versions(database, 1);
        Assert.Equal(contents[0], contents[2]);
        Assert.NotEqual(contents[0], contents[1]);
        await database.PeriodsAgreeAsync(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

        // Both go on asking for all companies' settings in turn, and for this one nothing comes of it.
        Write(settings, Day, Night);
        await Until.TrueAsync(() => Versions(database, 2).Count == 2);
        Write(settings, Day, Day);
        await Until.TrueAsync(() => Versions(database, 2).Count == 3);
        Assert.Equal(3, Versions(database, 1).Count);
    }

    private static List<string> Versions(SharedDatabase database, long companyId) =>
        [.. from version in database.Store.ReadHours() where version.CompanyId == companyId select version.Json];

    /// <summary>Waits until there are so many versions and both servers go by the last.</summary>
    private static async Task VersionsAsync(SharedDatabase database, int count, params MongoServer[] servers)
    {
        await Until.TrueAsync(() => Versions(database, 1).Count == count, $"there are {count} versions");
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
        var opens = count == 2 ? 21 : 9;
        GetBreakdownResponse[] answers = [];
        await Until.TrueAsync(
            async () =>
            {
                answers = await Task.WhenAll(
                    servers.Select(server => server.Service.GetBreakdownAsync(request).ResponseAsync));
                return answers.All(answer => answer.Agents.Equals(answers[0].Agents)
                    && answer.Agents[0].Segments.Skip(1).First(s => s.InBusinessHours)
                        .StartTime.ToDateTime().Hour == opens);
            },
            () => $"both servers open at {opens}: {string.Join('\n', answers.Select(answer => answer.Agents))}");
    }

    private static void Write(string file, string one, string other)
    {
        // Nobody reads half a file.
        File.WriteAllText($"{file}.new", $$"""{"companies": {"1": {{one}}, "2": {{other}} } }""");
        File.Move($"{file}.new", file, overwrite: true);
    }
}
