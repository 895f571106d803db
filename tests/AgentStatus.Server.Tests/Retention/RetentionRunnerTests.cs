using Grpc.Core;

namespace AgentStatus.Server.Tests.Retention;

/// <summary>When the cut moves, what it takes along, and what it does not.</summary>
public sealed class RetentionRunnerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 7, 31, 10, 0, 0, TimeSpan.Zero);

    private TestServer _server = null!;

    private DateTimeOffset Cut => DateTimeOffset.FromUnixTimeMilliseconds(_server.Part<RetentionCut>().Ms);

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithHoursAsync(Now.AddDays(-40), """{"1": {"weekly": {}}}""");
        await RecordAsync(V1.AgentStatus.Online, Now.AddDays(-40));
        await _server.Service.GetCompanyHoursAsync(new() { CompanyId = 1 });
        Assert.Single(_server.Store.ReadHours());
        _server.WriteHours("""{"1": {"weekly": {"monday": [["09:00", "17:00"]]}}}""");
        _server.Time.AdjustTime(Now.AddDays(-30));
        await Until.TrueAsync(async () =>
        {
            _server.Time.Advance(TimeSpan.FromMinutes(5));
            await _server.Service.GetCompanyHoursAsync(new() { CompanyId = 1 });
            return _server.Store.ReadHours().Count() == 2;
        });
        _server.Time.AdjustTime(Now);
        await RecordAsync(V1.AgentStatus.Offline, Now.AddDays(-25));
        await RecordAsync(V1.AgentStatus.Online, Now.AddDays(-24));
        await RecordAsync(V1.AgentStatus.Offline, Now.AddDays(-12));
        await RecordAsync(V1.AgentStatus.Online, Now, agentId: 2);
        await Until.TrueAsync(() => _server.Store.Offline(1).Count() == 2);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_ended_before_the_cut_goes_and_what_lasts_over_it_stays()
    {
        await KeepAsync("10.10:00:00", Day(10));
        await _server.DeletedAsync();

        Assert.Single(_server.Store.Offline(1), period => period.EndMs is null);
        Assert.Equal([2], _server.Store.ReadHours().Select(version => version.Number));
        const string Said = "3 events, 0 retractions, 0 call steps, 1 offline periods, 1 hours";
        Assert.Contains(_server.Log.Notes, line => line.Contains(Said, StringComparison.Ordinal));
        var hours = await _server.Service.GetCompanyHoursAsync(new() { CompanyId = 1, At = Times.At(Cut) });
        Assert.Contains("monday", hours.HoursJson);
        Assert.Equal(Times.At(Cut), (await _server.Service.ClassifyAsync()).StatusSince);
        Assert.Empty((await _server.VerifyAsync()).Faults);

        // The period is computed anew, as far back as anybody can tell.
        await RecordAsync(V1.AgentStatus.Online, Now.AddDays(-3));
        await Until.TrueAsync(() => _server.Store.Offline(1).SequenceEqual(
            [(Cut.ToUnixTimeMilliseconds(), Now.AddDays(-3).ToUnixTimeMilliseconds())]));
        Assert.Empty((await _server.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Who_left_before_the_cut_leaves_nothing_behind()
    {
        await RecordAsync(V1.AgentStatus.Online, Now.AddDays(-20), agentId: 3);
        await RecordAsync(V1.AgentStatus.Left, Now.AddDays(-19), StatusOrigin.Supervisor, agentId: 3);
        await KeepAsync("10.10:00:00", Day(10));
        await _server.DeletedAsync();
        Assert.Empty(_server.Store.ReadHistory(
            new(1, 3), EventPosition.Before(Limits.FirstInstantMs), long.MaxValue, 10));
        await _server.RestartAsync();
        Assert.DoesNotContain(new AgentKey(1, 3), _server.Part<TimelineIndex>().Agents);
    }

    [Fact]
    public async Task A_longer_or_no_time_brings_nothing_back_and_a_shorter_one_takes_more()
    {
        await KeepAsync("10.10:00:00", Day(10));
        await KeepAsync("20.00:00:00", Day(10));
        await KeepAsync("36500.00:00:00", Day(10));
        Assert.Equal(StatusCode.OutOfRange, await AskAsync(Day(10).AddMilliseconds(-1)));
        Assert.Null(await AskAsync(Day(10)));
        await KeepAsync("5.00:00:00", Day(5));
        Assert.Equal(StatusCode.OutOfRange, await AskAsync(Day(10)));
        Assert.Null(await AskAsync(Day(5)));
    }

    [Fact]
    public async Task The_cut_moves_on_as_days_pass()
    {
        await KeepAsync("10.10:00:00", Day(10));
        _server.Time.Advance(TimeSpan.FromDays(1));
        await Until.TrueAsync(() =>
        {
            _server.Time.Advance(ServerLimits.RetentionInterval);
            return Cut == Day(9);
        });
        await _server.DeletedAsync();
    }

    [Fact]
    public async Task A_clock_that_goes_ahead_deletes_nothing_that_a_day_makes_good()
    {
        await KeepAsync("10.10:00:00", Day(10));
        _server.Time.AdjustTime(Now.AddDays(400));
        await _server.RestartAsync();
        await LookedAsync();
        Assert.Contains(
            _server.Log.Warnings, line => line.StartsWith("The clock is 400.0 days ahead", StringComparison.Ordinal));
        Assert.Equal(Day(10), Cut);
        _server.Time.AdjustTime(Now.AddHours(2));
        await _server.RestartAsync();
        await BegunAsync();
        Assert.Equal(Day(10), Cut);
        Assert.Null(await AskAsync(Day(10)));
    }

    [Fact]
    public async Task A_clock_that_is_wrong_from_the_beginning_deletes_nothing_of_what_is_to_be_kept()
    {
        _server.Time.AdjustTime(Now.AddDays(4_000));
        await KeepAsync("10.10:00:00", Day(10));
        await LookedAsync();
        Assert.Equal(Day(10), Cut);
    }

    /// <summary>So that the newest event, of <see cref="Now"/>, less the time is a midnight.</summary>
    private static DateTimeOffset Day(int daysBefore) =>
        new DateTimeOffset(Now.Date, TimeSpan.Zero).AddDays(-daysBefore);

    private async Task KeepAsync(string keepFor, DateTimeOffset cut)
    {
        await _server.RestartAsync("--Retention:KeepFor", keepFor);
        await BegunAsync();
        Assert.Equal(cut, Cut);
    }

    /// <summary>Waits until the retention has looked at the clock for the first time.</summary>
    private Task BegunAsync() => Until.TrueAsync(() => _server.Part<Instruments>().RetentionCutMs != 0);

    /// <summary>Lets an hour pass, and waits until the retention has noted it.</summary>
    private async Task LookedAsync()
    {
        await BegunAsync();
        var seenMs = _server.Store.Retention!.Read().SeenMs;
        _server.Time.Advance(TimeSpan.FromMinutes(61));
        await Until.TrueAsync(() => _server.Store.Retention!.Read().SeenMs != seenMs);
    }

    private async Task<StatusCode?> AskAsync(DateTimeOffset at)
    {
        try
        {
            await _server.Service.ClassifyAsync(at: Times.At(at));
            return null;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    private async Task RecordAsync(
        V1.AgentStatus status, DateTimeOffset at, StatusOrigin origin = StatusOrigin.Agent, long agentId = 1) =>
        await _server.Service.RecordAsync(status, Times.At(at), origin: origin, agentId: agentId);
}
