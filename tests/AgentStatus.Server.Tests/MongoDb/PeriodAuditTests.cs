using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Tests.Grpc;
using AgentStatus.Server.Tests.Running;
using AgentStatus.Storage;
using AgentStatus.V1;
using Origin = AgentStatus.V1.StatusOrigin;
using Status = AgentStatus.V1.AgentStatus;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>
/// Offline periods that somebody left wrong in a shared database come right without an event; right ones stay as they
/// are.
/// </summary>
public sealed class PeriodAuditTests : IAsyncDisposable
{
    private const int Agents = 9;
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private const string Hours = """
        {"1": {"weekly": {"monday": [["09:00","17:00"]], "thursday": [["09:00","17:00"]]}}}
        """;

    private readonly long _startMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly SharedDatabase _database = new();
    private TestServer _server = null!;
    private MeterReadings _readings = null!;

    public async ValueTask DisposeAsync()
    {
        _readings?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _database.Dispose();
    }

    [Fact]
    public async Task Periods_that_a_server_left_wrong_are_made_right_without_an_event()
    {
        await StartAsync("--Storage:AuditWithin");
        var right = Periods().ToDictionary(periods => periods.Key, periods => periods.Single());
        // What another server may leave behind that is killed in the midst of it, and worse.
        Write(batch =>
        {
            Replace(batch, 1, right[1] with { EndedAtMs = null });
            Replace(batch, 2, right[2] with { BusinessPeriods = [] });
            Replace(batch, 3);
            Replace(batch, 4, right[3] with { Agent = new(1, 4) });
            Replace(batch, 5);
            Replace(batch, 6, right[6] with { EndedAtMs = right[6].EndedAtMs - DayMs });
            Replace(batch, 7, right[7] with { EndedAtMs = null });
        });

        await MendedAsync(right, agents: 7);
    }

    /// <summary>The first hours version, or an event that is months late, makes a server write such old ones.</summary>
    [Fact]
    public async Task Periods_that_ended_before_memorys_horizon_are_made_right_too()
    {
        await StartAsync("--Storage:AuditHistoryWithin");
        var right = Periods().ToDictionary(periods => periods.Key, periods => periods.Single());
        Write(batch =>
        {
            Replace(batch, 3, right[3] with { EndedAtMs = null });
            Replace(batch, 4, right[7] with { Agent = new(1, 4) });
            Replace(batch, 6, right[6] with { StartedAtMs = right[6].StartedAtMs + 1 });
            Replace(batch, 7, right[7] with { BusinessPeriods = null, HoursInForceFromMs = null });
            Replace(batch, 8);
            Replace(batch, 9, right[9] with { EndedAtMs = right[9].EndedAtMs - DayMs });
        });
        await MendedAsync(right, agents: 6);
    }

    [Theory]
    [InlineData("--Storage:AuditWithin")]
    [InlineData("--Storage:AuditHistoryWithin")]
    public async Task Periods_that_are_right_are_not_written_again(string within)
    {
        await StartAsync(within);
        var before = Periods().SelectMany(periods => periods).ToList();

        for (var round = 0; round < 6; round++) await LookAtAllAsync();

        // Those that last are computed through another instant whenever they are written.
        Assert.True(_server.NowMs > _startMs + (long)Limits.AuditDoubt.TotalMilliseconds);
        Assert.Equal(before, Periods().SelectMany(periods => periods));
        Assert.Equal(0, _readings["agentstatus.periods.mended"]);
        Assert.Empty(_server.Log.Warnings);
    }

    [Fact]
    public async Task Periods_that_are_wrong_for_less_than_half_a_minute_were_under_way()
    {
        await StartAsync("--Storage:AuditWithin");
        var right = Periods().SelectMany(periods => periods).ToList();
        Write(batch => Replace(batch, 3));
        await LookAtAllAsync();
        await LookAtAllAsync();
        Assert.Equal(0, _readings["agentstatus.periods.mended"]);

        Write(batch => Replace(batch, 3, right.Single(period => period.Agent.AgentId == 3)));
        for (var round = 0; round < 4; round++) await LookAtAllAsync();
        Assert.Equal(0, _readings["agentstatus.periods.mended"]);
        Assert.Equal(right, Periods().SelectMany(periods => periods));
    }

    private async Task StartAsync(string within)
    {
        _server = await TestServer.StartWithHoursAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(_startMs), Hours,
            _database.Args(null, within, "00:00:10", "--Storage:PollInterval", "00:00:00.010"));
        await RecordAsync(1, Status.Offline, 20 * DayMs);
        await RecordAsync(1, Status.Online, 10 * DayMs);
        await RecordAsync(2, Status.Offline, 15 * DayMs);
        await RecordAsync(3, Status.Offline, 4 * HourMs);
        await RecordAsync(3, Status.Online, 2 * HourMs);
        await RecordAsync(4, Status.Online, 3 * HourMs);
        // From before memory's horizon, still so and over; and over before it.
        await RecordAsync(5, Status.Offline, 100 * DayMs);
        await RecordAsync(6, Status.Offline, 100 * DayMs);
        await RecordAsync(6, Status.Online, 10 * DayMs);
        await RecordAsync(7, Status.Offline, 100 * DayMs);
        await RecordAsync(7, Status.Online, 90 * DayMs);
        foreach (var agent in new[] { 8, 9 })
        {
            await RecordAsync(agent, Status.Offline, 400 * DayMs);
            await RecordAsync(agent, Status.Online, 300 * DayMs);
        }

        await SettledAsync();
        await _server.RestartAsync();
        _readings = MeterReadings.Of(_server);
        await SettledAsync();
    }

    /// <summary>Lets time go by until all periods are right, and as many agents' have been made anew.</summary>
    private async Task MendedAsync(Dictionary<long, OfflinePeriod> right, int agents)
    {
        await Until.TrueAsync(
            () =>
            {
                _server.Time.Advance(TimeSpan.FromSeconds(1));
                return Periods().SelectMany(periods => periods).Select(Raw).SequenceEqual(right.Values.Select(Raw));
            },
            () => string.Join('\n', Periods().SelectMany(periods => periods)));
        await _database.PeriodsAgreeAsync(_server.NowMs);
        Assert.Equal(agents, _readings["agentstatus.periods.mended"]);
        Assert.Equal(agents, _server.Log.Warnings.Count());
        Assert.All(
            _server.Log.Warnings,
            line => Assert.StartsWith("The stored offline periods of", line, StringComparison.Ordinal));
    }

    private static (AgentKey, long, long?, int?) Raw(OfflinePeriod period) => (
        period.Agent, period.StartedAtMs, period.EndedAtMs, period.BusinessPeriods?.Count);

    private static void Replace(IStoreBatch batch, long agent, params OfflinePeriod[] periods) =>
        batch.ReplaceOfflinePeriods(new(1, agent), Limits.FirstInstantMs, periods);

    /// <summary>Past the server, as another one does.</summary>
    private void Write(Action<IStoreBatch> write)
    {
        using var batch = _database.Store.BeginBatch();
        write(batch);
        batch.Commit();
    }

    /// <summary>Lets the time of a round go by, and waits until it is done.</summary>
    private async Task LookAtAllAsync()
    {
        var audited = _readings["agentstatus.periods.audited"];
        _server.Time.Advance(TimeSpan.FromSeconds(10));
        await Until.TrueAsync(() => _readings["agentstatus.periods.audited"] >= audited + Agents);
    }

    private IEnumerable<IGrouping<long, OfflinePeriod>> Periods() => Enumerable.Range(1, Agents)
        .SelectMany(agent => _database.Store.ReadOfflinePeriods(new(1, agent), Limits.FirstInstantMs))
        .GroupBy(period => period.Agent.AgentId);

    private async Task RecordAsync(long agent, Status status, long agoMs) =>
        await _server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = agent,
            Status = status,
            Origin = Origin.Agent,
            OccurredAt = Times.At(_startMs - agoMs),
        });

    /// <summary>Waits until hours are known and everything that follows from them is written.</summary>
    private Task SettledAsync() => Until.TrueAsync(() =>
        _server.Part<CompanyHours>().Find(1) is not null && _server.Part<Upkeep>().IsSettled
        && Periods().SelectMany(periods => periods).All(period => period.BusinessPeriods is not null));
}
