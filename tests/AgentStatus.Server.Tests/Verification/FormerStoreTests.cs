using System.Globalization;
using AgentStatus.Server.Tests.MongoDb;
using AgentStatus.Storage.MongoDb;
using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Server.Tests.Verification;

/// <summary>A server on what servers of each earlier version left: tests/FormerStores has a company's day of each, with
/// what that version could say.</summary>
public sealed class FormerStoreTests : IDisposable
{
    private const long CompanyId = 280197;
    private const long CallId = 985282287;
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Folder = Path.Combine(SourceTree.Root, "tests/FormerStores");

    private readonly TempDirectory _directory = new();

    public static TheoryData<long> Files => [.. Versions("sqlite-*.sql")];

    public static TheoryData<long> Databases => [.. Versions("mongodb-*.txt")];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_answers_as_before_in_the_newest_schema(long version)
    {
        var path = _directory.File("agentstatus.db");
        Execute(path, File.ReadAllText(Path.Combine(Folder, $"sqlite-{version}.sql")));
        await using (var server = await StartAsync("--Storage:Path", _directory.Path))
            await AnswersAsync(server, version);
        Assert.Equal(await NewestAsync(), Execute(path, "PRAGMA user_version"));
    }

    [Fact]
    public async Task There_is_a_file_of_each_earlier_version() => Assert.Empty(
        Range(2, await NewestAsync()).Except(Versions("sqlite-*.sql")));

    [Theory, MongoDb]
    [MemberData(nameof(Databases))]
    public async Task A_database_answers_as_before_in_the_newest_schema(long version)
    {
        using var database = new SharedDatabase();
        foreach (var line in File.ReadLines(Path.Combine(Folder, $"mongodb-{version}.txt")))
        {
            var blank = line.IndexOf(' ');
            database.Collection(line[..blank]).InsertOne(BsonDocument.Parse(line[blank..]));
        }

        await using var server = await StartAsync(database.Args());
        await AnswersAsync(server, version);
        var schema = database.Collection("settings").Find(new BsonDocument("_id", "schema")).Single();
        Assert.Equal(DatabaseSchema.Version, schema["version"].ToInt64());
    }

    /// <remarks>The first databases did not say their version.</remarks>
    [Fact]
    public void There_is_a_database_of_each_earlier_version() => Assert.Empty(
        Range(4, DatabaseSchema.Version).Append(0).Except(Versions("mongodb-*.txt")));

    private static IEnumerable<long> Versions(string pattern) => Directory.EnumerateFiles(Folder, pattern)
        .Select(path => long.Parse(Path.GetFileNameWithoutExtension(path).Split('-')[1], CultureInfo.InvariantCulture));

    private static IEnumerable<long> Range(long first, long end) =>
        Enumerable.Range((int)first, (int)(end - first)).Select(version => (long)version);

    private static Task<TestServer> StartAsync(params string[] args) => TestServer.StartWithHoursAsync(
        Day.AddHours(18.5),
        """
        {"280197": {"time_zone": "Europe/Prague", "weekly": {"monday": [["09:00", "12:00"], ["13:00", "18:00"]]}}}
        """,
        args);

    /// <summary>The version of a new file.</summary>
    private static async Task<long> NewestAsync()
    {
        await using var server = await TestServer.StartAsync(Day);
        return Execute(server.Store.File!.Path, "PRAGMA user_version");
    }

    private static long Execute(string path, string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>All answers, before and after a restart, and that it takes what events can say today.</summary>
    private static async Task AnswersAsync(TestServer server, long version)
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(Expected(version), await TextAsync(server));
            await Until.TrueAsync(async () => await VerifyTests.VerifyAsync(server) is { FaultCount: 0, Events: > 0 });
            await server.RestartAsync();
        }

        var again = await server.Service.RecordStatusAsync(Event("a1", V1.AgentStatus.Offline, hour: 7.5));
        Assert.Equal(RecordOutcome.Duplicate, again.Outcome);
        await server.Service.RecordStatusAsync(Event("n1", V1.AgentStatus.Away, hour: 18, "Lunch"));
        await server.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = "a3" });
        await server.RestartAsync();
        var now = await server.Service.ClassifyRingTargetAsync(new() { CompanyId = CompanyId, AgentId = 380171 });
        Assert.Equal((RingClassification.Away, "Lunch"), (now.Classification, now.StatusLabel));
        Assert.StartsWith("Offline", await RingAsync(server, hour: 17));
        await Until.TrueAsync(async () => (await VerifyTests.VerifyAsync(server)).FaultCount == 0);
    }

    /// <remarks>Since version 4 events say more, events are retracted and rings are kept; since 5 there is an audit
    /// log.</remarks>
    private static string Expected(long version) => string.Join(
        '\n',
        [
            "380171: Online 18000 s, Offline 14400 s",
            $"380172: Online 13680 s, OnCall 600 s, WrapUp 120 s, {(version < 4 ? "Away" : "Away Lunch")} 21600 s",
            "380173: Offline 10800 s",
            "at 10:00: Offline since 07:30",
            version < 4 ? "events: b1, b2, b3, b4, b5" : "events: b1, b2, b3, b4, x1 retracted, b5 Lunch",
            version < 4 ? "steps: " : "steps: Offline, unchanged",
            version < 5 ? "retractions in the log: " : "retractions in the log: x1",
            "periods: 07:30 to 13:00, 14400 s; 14:00 to -, 10800 s",
        ]);

    private static async Task<string> TextAsync(TestServer server)
    {
        var breakdown = await server.Service.GetBreakdownAsync(new()
        {
            CompanyId = CompanyId,
            StartTime = At(7),
            EndTime = At(18),
            HoursClip = HoursClip.OfflineOnly,
        });
        var events = await server.Service.ListStatusEventsAsync(new()
        {
            CompanyId = CompanyId,
            AgentId = 380172,
            StartTime = At(7),
            EndTime = At(18),
        });
        var steps = await server.Service.GetCallStepsAsync(new() { CompanyId = CompanyId, CallId = CallId });
        var log = await new AdminService.AdminServiceClient(server.Channel).ListAuditLogAsync(
            new() { StartTime = At(0), EndTime = At(18) });
        var periods = server.Store.OfflinePeriods.Read(new(CompanyId, 380171), 0)
            .Concat(server.Store.OfflinePeriods.Read(new(CompanyId, 380173), 0));
        return string.Join('\n', breakdown.Agents.Select(TextOf).Concat(
        [
            $"at 10:00: {await RingAsync(server, hour: 10)}",
            $"events: {Join(events.Events.Select(TextOf))}",
            $"steps: {Join(steps.Steps.Select(step => $"{step.Given.Label}, {(step.Changed ? "" : "un")}changed"))}",
            $"retractions in the log: {Join(log.Entries.Select(entry => entry.EventId))}",
            "periods: " + string.Join("; ", periods.Select(period =>
                $"{TextOf(period.StartedAtMs)} to {TextOf(period.EndedAtMs)}, {period.BusinessMs / 1_000} s")),
        ]));
    }

    private static async Task<string> RingAsync(TestServer server, double hour)
    {
        var answer = await server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = CompanyId, AgentId = 380171, RingAt = At(hour) });
        return $"{answer.Label} since {answer.StatusSince.ToDateTime():HH:mm}";
    }

    private static RecordStatusRequest Event(string id, V1.AgentStatus status, double hour, string label = "") => new()
    {
        CompanyId = CompanyId,
        AgentId = 380171,
        EventId = id,
        Status = status,
        Origin = StatusOrigin.Agent,
        OccurredAt = At(hour),
        Label = label,
    };

    private static string TextOf(AgentBreakdown agent) => $"{agent.AgentId}: " + Join(
        agent.Buckets.Single().Durations.Where(one => one.Duration.Seconds > 0).Select(one =>
            $"{Join(" ", $"{one.Status}", one.Label)} {one.Duration.Seconds} s"));

    private static string TextOf(V1.StatusEvent one) =>
        Join(" ", one.EventId, one.Label, one.RetractedAt is null ? "" : "retracted");

    private static string TextOf(long? ms) =>
        ms is null ? "-" : $"{DateTimeOffset.FromUnixTimeMilliseconds(ms.Value):HH:mm}";

    private static string Join(IEnumerable<string> texts) => string.Join(", ", texts);

    private static string Join(string between, params string[] texts) =>
        string.Join(between, texts.Where(text => text.Length > 0));

    private static Google.Protobuf.WellKnownTypes.Timestamp At(double hour) =>
        Times.At(Day.AddHours(hour).ToUnixTimeMilliseconds());
}
