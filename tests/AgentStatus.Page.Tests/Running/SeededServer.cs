using Google.Protobuf.WellKnownTypes;

[assembly: AssemblyFixture(typeof(SeededServer))]

namespace AgentStatus.Page.Tests.Running;

/// <summary>A server with what the tests look at. Times of company 280197 are its tickets', in Prague.</summary>
public sealed class SeededServer : IAsyncLifetime
{
    public const long Company = 280197;
    public const long LargeCompany = 2;
    public const long EmptyCompany = 3;
    public const int LargeCompanyAgents = 1000;

    /// <summary>In Prague too; agent 1 is there when its clocks change.</summary>
    public const long ClockCompany = 5;

    /// <summary>Of the ticket: 380171 is Offline by choice, 380172 is online, of 380173 nothing is known.</summary>
    public const long TicketCall = 985282287;

    /// <summary>Rang 380174, who was Offline, as a late event said; and 380175, whose Online was retracted.</summary>
    public const long ChangedCall = 985248149;

    private const string Settings = """
        {"companies": {"280197": {"time_zone": "Europe/Prague", "weekly": {
            "monday": [["09:00", "12:00"], ["13:00", "17:00"]], "tuesday": [["09:00", "12:00"], ["13:00", "17:00"]],
            "wednesday": [["09:00", "12:00"], ["13:00", "17:00"]], "thursday": [["09:00", "12:00"], ["13:00", "17:00"]],
            "friday": [["09:00", "12:00"], ["13:00", "17:00"]]}},
          "5": {"time_zone": "Europe/Prague"},
          "6": {"time_zone": "Central Europe Standard Time"},
          "4": {"agents": {"7": {"time_zone": "Mars/Olympus"}}}}}
        """;

    private readonly TempDirectory _directory = new();

    public ServerProcess Process { get; private set; } = null!;

    public Uri Address => Process.Http;

    /// <summary>After the rings of <see cref="ChangedCall"/>, before what changed them.</summary>
    public DateTimeOffset BeforeChanges { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_directory.File("settings.json"), Settings);
        Process = await PageServer.ServingAsync(
            _directory.File("store"), "--CompanySettings:Path", _directory.File("settings.json"));
        await RecordAsync(TicketDay());
        await RecordAsync(ClockChanges());
        await RecordAsync(Large());
        await RecordAsync(from agent in (long[])[7, 8] select Event(4, agent, "2025-10-01T08:00:00Z", Status.Online));
        await KeepAsync(TicketCall, "2025-10-01T09:15:30.250Z", 380171, 380172, 380173);
        await KeepAsync(ChangedCall, "2025-10-01T09:20:00Z", 380174, 380175);
        BeforeChanges = (await Process.Service.GetBreakdownAsync(new()
        {
            CompanyId = Company,
            StartTime = At("2025-10-01T00:00:00Z"),
            EndTime = At("2025-10-02T00:00:00Z"),
        })).CompleteThrough.ToDateTimeOffset();
        await RecordAsync([Event(Company, 380174, "2025-10-01T09:10:00Z", Status.Offline)]);
        await Process.Service.RetractStatusAsync(
            new() { CompanyId = Company, EventId = "wrong", Reason = "another agent's", Actor = "Jana" });
    }

    /// <summary>Records events, in as many requests as they need.</summary>
    public async Task RecordAsync(IEnumerable<RecordStatusRequest> events)
    {
        foreach (var batch in events.Chunk(500))
        {
            var request = new RecordStatusesRequest { CompanyId = batch[0].CompanyId, Events = { batch } };
            var answer = await Process.Service.RecordStatusesAsync(request);
            Assert.All(answer.Results, result => Assert.Null(result.Error));
        }
    }

    public static RecordStatusRequest Event(
        long company, long agent, string at, Status status, StatusOrigin origin = StatusOrigin.Agent,
        string label = "") => new()
        {
            CompanyId = company,
            AgentId = agent,
            OccurredAt = At(at),
            Status = status,
            Origin = origin,
            Label = label,
        };

    public static Timestamp At(string instant) =>
        DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture).ToTimestamp();

    public ValueTask DisposeAsync()
    {
        Process.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<RecordStatusRequest> TicketDay()
    {
        yield return Event(Company, 380171, "2025-10-01T06:58:12Z", Status.Offline);
        yield return Event(Company, 380171, "2025-10-01T07:30:00Z", Status.Offline, StatusOrigin.App);
        yield return Event(Company, 380171, "2025-10-01T07:42:10Z", Status.Online, StatusOrigin.App);
        yield return Event(Company, 380172, "2025-10-01T06:59:00Z", Status.Online);
        yield return Event(Company, 380172, "2025-10-01T10:00:00Z", Status.Away, label: "Lunch");
        yield return Event(Company, 380172, "2025-10-01T10:30:00Z", Status.Away, label: "Training");
        yield return Event(Company, 380172, "2025-10-01T11:00:00Z", Status.Online);
        yield return Event(Company, 380172, "2025-10-01T15:03:00Z", Status.Offline, StatusOrigin.App);
        yield return Event(Company, 380174, "2025-10-01T06:30:00Z", Status.Online);
        var wrong = Event(Company, 380175, "2025-10-01T06:30:00Z", Status.Online);
        wrong.EventId = "wrong";
        yield return wrong;
    }

    /// <summary>Agent 1: the day whose clocks skip 02:00 to 03:00, and the one that has it twice.</summary>
    private static IEnumerable<RecordStatusRequest> ClockChanges()
    {
        yield return Event(ClockCompany, 1, "2025-10-25T10:00:00Z", Status.Online);
        yield return Event(ClockCompany, 1, "2025-10-26T00:30:00Z", Status.Away);
        yield return Event(ClockCompany, 1, "2025-10-26T01:30:00Z", Status.Busy);
        yield return Event(ClockCompany, 1, "2026-03-29T00:30:00Z", Status.Online);
        yield return Event(ClockCompany, 1, "2026-03-29T01:30:00Z", Status.Away);
    }

    private static IEnumerable<RecordStatusRequest> Large() =>
        from agent in Enumerable.Range(1, LargeCompanyAgents)
        from part in Enumerable.Range(0, 6)
        let at = $"2026-05-04T{6 + part:00}:{agent % 60:00}:{agent % 59:00}Z"
        let origin = part is 2 or 3 ? StatusOrigin.Call : StatusOrigin.Agent
        select Event(LargeCompany, agent, at, (Status)(1 + part), origin);

    private async Task KeepAsync(long call, string at, params long[] agents)
    {
        var request = new ClassifyRingTargetsRequest
        {
            CompanyId = Company,
            CallId = call,
            RingGroupId = 7,
            RingAt = At(at),
            Record = true,
            Targets = { agents.Select(agent => new RingTarget { AgentId = agent, Outcome = RingOutcome.NoAnswer }) },
        };
        var answer = await Process.Service.ClassifyRingTargetsAsync(request);
        Assert.All(answer.Results, result => Assert.Null(result.Error));
    }
}
