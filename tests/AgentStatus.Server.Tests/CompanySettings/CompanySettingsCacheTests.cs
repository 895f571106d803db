namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class CompanySettingsCacheTests : IAsyncLifetime
{
    private const long Company = 280197;
    private const string Prague = """{"time_zone":"Europe/Prague"}""";
    private const string Apia = """{"time_zone":"Pacific/Apia"}""";

    private SettingsServer _server = null!;
    private SettingsRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SettingsServer.StartAsync();
        _server.Set(Company, Prague);
        _rig = SettingsRig.Over(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_first_question_waits_for_the_fetch_which_becomes_a_version()
    {
        var history = await _rig.FindAsync(Company);

        Assert.Equal("Europe/Prague", history!.Latest.Hours.Zone.Id);
        Assert.Equal([Prague], _rig.Recorded);
    }

    [Fact]
    public async Task A_hundred_concurrent_callers_share_one_fetch()
    {
        _server.Hold();
        using var asking = new CountdownEvent(100);
        var callers = Enumerable.Range(0, 100).Select(_ => Task.Run(() =>
        {
            var answer = _rig.FindAsync(Company);
            asking.Signal();
            return answer;
        })).ToList();
        Assert.True(asking.Wait(SettingsRig.Limit));
        await _server.NextRequestAsync();
        _server.Release();

        var answers = await Task.WhenAll(callers);

        Assert.All(answers, Assert.NotNull);
        Assert.Equal(1, _server.Requests);
        Assert.Single(_rig.Recorded);
    }

    [Fact]
    public async Task A_young_answer_is_not_asked_for_again()
    {
        await _rig.FindAsync(Company);
        _rig.Time.Advance(SettingsRig.CacheFor - TimeSpan.FromSeconds(1));

        await _rig.FindAsync(Company);

        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task An_old_answer_is_given_at_once_and_refreshed_in_the_background()
    {
        await _rig.FindAsync(Company);
        _server.Set(Company, Apia);
        _server.Hold();
        _rig.Time.Advance(SettingsRig.CacheFor);

        var old = _rig.Cache.FindAsync(Company, CancellationToken.None);

        Assert.True(old.IsCompletedSuccessfully);
        Assert.Equal("Europe/Prague", (await old)!.Latest.Hours.Zone.Id);
        _server.Release();
        await _rig.Cache.RefreshAsync(Company, CancellationToken.None).AsTask().WaitAsync(SettingsRig.Limit);
        Assert.Equal(Apia, _rig.InForce(Company));
        Assert.Equal(2, _server.Requests);
        Assert.Contains(_rig.Log.Notes, line => line.Contains($"{Company} changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hours_that_change_and_change_back_are_three_versions()
    {
        await _rig.FindAsync(Company);
        _server.Set(Company, Apia);
        await _rig.RefreshAsync(Company);
        _server.Set(Company, Prague);
        await _rig.RefreshAsync(Company);

        Assert.Equal([Prague, Apia, Prague], _rig.Recorded);
        var twoRefreshesAgo = _rig.Time.NowMs() - 2 * (long)SettingsRig.CacheFor.TotalMilliseconds;
        Assert.Equal("Europe/Prague", _rig.Hours.Find(Company)!.InForceAt(twoRefreshesAgo).Hours.Zone.Id);
        Assert.Equal("Pacific/Apia", _rig.Hours.Find(Company)!.InForceAt(_rig.Time.NowMs() - 1).Hours.Zone.Id);
    }

    [Fact]
    public async Task Only_the_ETag_of_a_company_that_nobody_asks_for_is_forgotten()
    {
        await _rig.FindAsync(Company);
        var idle = SettingsRig.CacheFor + TimeSpan.FromMilliseconds(ServerLimits.SettingsIdleMs);
        _rig.Time.Advance(idle - TimeSpan.FromSeconds(1));
        _rig.Cache.ForgetIdle();
        await _rig.RefreshAsync(Company);
        Assert.Equal(1, _server.NotModified);

        _rig.Time.Advance(idle);
        _rig.Cache.ForgetIdle();

        Assert.Equal(Prague, _rig.InForce(Company));
        await _rig.RefreshAsync(Company);
        Assert.Equal((3, 1), (_server.Requests, _server.NotModified));
        Assert.Equal([Prague], _rig.Recorded);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_end_the_fetch_of_the_others()
    {
        _server.Hold();
        using var patience = new CancellationTokenSource();
        var impatient = _rig.Cache.FindAsync(Company, patience.Token).AsTask();
        var patient = _rig.FindAsync(Company);
        await _server.NextRequestAsync();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _server.Release();
        Assert.NotNull(await patient);
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task A_fetch_ends_at_its_limit()
    {
        _server.Hold();
        var answer = _rig.FindAsync(Company);
        await _server.NextRequestAsync();

        _rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs));

        Assert.Null(await answer);
        Assert.Contains("no answer within", Assert.Single(_rig.Log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_could_not_be_stored_is_tried_again()
    {
        await _rig.FindAsync(Company);
        _server.Set(Company, Apia);
        _rig.StoreFailure = new StoreException("the disk is full");
        await _rig.RefreshAsync(Company);
        await _rig.RefreshAsync(Company);
        Assert.Equal(Prague, _rig.InForce(Company));
        Assert.Contains("the disk is full", Assert.Single(_rig.Log.Warnings), StringComparison.Ordinal);

        _rig.StoreFailure = null;
        await _rig.RefreshAsync(Company);

        Assert.Equal(Apia, _rig.InForce(Company));
        Assert.Equal([Prague, Apia], _rig.Recorded);
    }

    [Fact]
    public async Task What_a_restart_loads_is_not_recorded_again()
    {
        await using var restarted = SettingsRig.Over(_server, load: false);
        _server.Set(Company, """{ "holidays": [], "time_zone": "Europe/Prague" }""");
        var askedTooEarly = restarted.FindAsync(Company);

        restarted.Hours.Load([new StoredHours(Company, 1, 1_000, Prague)]);

        Assert.Equal(1_000, (await askedTooEarly)!.Latest.InForceFromMs);
        await restarted.RefreshAsync(Company);
        Assert.Empty(restarted.Recorded);
    }

    [Fact]
    public async Task Dispose_ends_a_fetch_under_way()
    {
        _server.Hold();
        var answer = _rig.FindAsync(Company);
        await _server.NextRequestAsync();

        _rig.Cache.Dispose();

        Assert.Null(await answer);
        Assert.Empty(_rig.Recorded);
    }
}
