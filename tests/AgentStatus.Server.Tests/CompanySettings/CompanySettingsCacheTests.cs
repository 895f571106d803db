namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class CompanySettingsCacheTests() : SettingsServiceTests(Prague)
{
    private const string Apia = """{"time_zone":"Pacific/Apia"}""";

    [Fact]
    public async Task A_first_question_waits_for_the_fetch_which_becomes_a_version()
    {
        var history = await Rig.FindAsync(Company);

        Assert.Equal("Europe/Prague", history!.Latest.Hours.Zone.Id);
        Assert.Equal([Prague], Rig.Recorded);
    }

    [Fact]
    public async Task A_hundred_concurrent_callers_share_one_fetch()
    {
        Server.Hold();
        using var asking = new CountdownEvent(100);
        var callers = Enumerable.Range(0, 100).Select(_ => Task.Run(() =>
        {
            var answer = Rig.FindAsync(Company);
            asking.Signal();
            return answer;
        })).ToList();
        Assert.True(asking.Wait(SettingsRig.Limit));
        await Server.NextRequestAsync();
        Server.Release();

        var answers = await Task.WhenAll(callers);

        Assert.All(answers, Assert.NotNull);
        Assert.Equal(1, Server.Requests);
        Assert.Single(Rig.Recorded);
    }

    [Fact]
    public async Task A_young_answer_is_not_asked_for_again()
    {
        await Rig.FindAsync(Company);
        Rig.Time.Advance(SettingsRig.CacheFor - TimeSpan.FromSeconds(1));

        await Rig.FindAsync(Company);

        Assert.Equal(1, Server.Requests);
    }

    [Fact]
    public async Task An_old_answer_is_given_at_once_and_refreshed_in_the_background()
    {
        await Rig.FindAsync(Company);
        Server.Set(Company, Apia);
        Server.Hold();
        Rig.Time.Advance(SettingsRig.CacheFor);

        var old = Rig.Cache.FindAsync(Company, CancellationToken.None);

        Assert.True(old.IsCompletedSuccessfully);
        Assert.Equal("Europe/Prague", (await old)!.Latest.Hours.Zone.Id);
        Server.Release();
        await Rig.Cache.RefreshAsync(Company, CancellationToken.None).AsTask().WaitAsync(SettingsRig.Limit);
        Assert.Equal(Apia, Rig.InForce(Company));
        Assert.Equal(2, Server.Requests);
        Assert.Contains(Rig.Log.Notes, line => line.Contains($"{Company} changed"));
    }

    [Fact]
    public async Task Hours_that_change_and_change_back_are_three_versions()
    {
        await Rig.FindAsync(Company);
        Server.Set(Company, Apia);
        await Rig.RefreshAsync(Company);
        Server.Set(Company, Prague);
        await Rig.RefreshAsync(Company);

        Assert.Equal([Prague, Apia, Prague], Rig.Recorded);
        var twoRefreshesAgo = Rig.Time.NowMs() - 2 * (long)SettingsRig.CacheFor.TotalMilliseconds;
        Assert.Equal("Europe/Prague", Rig.Hours.Find(Company)!.InForceAt(twoRefreshesAgo).Hours.Zone.Id);
        Assert.Equal("Pacific/Apia", Rig.Hours.Find(Company)!.InForceAt(Rig.Time.NowMs() - 1).Hours.Zone.Id);
    }

    [Fact]
    public async Task Only_the_ETag_of_a_company_that_nobody_asks_for_is_forgotten()
    {
        await Rig.FindAsync(Company);
        var idle = SettingsRig.CacheFor + TimeSpan.FromMilliseconds(ServerLimits.SettingsIdleMs);
        Rig.Time.Advance(idle - TimeSpan.FromSeconds(1));
        Rig.Cache.ForgetIdle();
        await Rig.RefreshAsync(Company);
        Assert.Equal(1, Server.NotModified);

        Rig.Time.Advance(idle);
        Rig.Cache.ForgetIdle();

        Assert.Equal(Prague, Rig.InForce(Company));
        await Rig.RefreshAsync(Company);
        Assert.Equal((3, 1), (Server.Requests, Server.NotModified));
        Assert.Equal([Prague], Rig.Recorded);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_end_the_fetch_of_the_others()
    {
        Server.Hold();
        using var patience = new CancellationTokenSource();
        var impatient = Rig.Cache.FindAsync(Company, patience.Token).AsTask();
        var patient = Rig.FindAsync(Company);
        await Server.NextRequestAsync();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Server.Release();
        Assert.NotNull(await patient);
        Assert.Equal(1, Server.Requests);
    }

    [Fact]
    public async Task A_fetch_ends_at_its_limit()
    {
        Server.Hold();
        var answer = Rig.FindAsync(Company);
        await Server.NextRequestAsync();

        Rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs));

        Assert.Null(await answer);
        Assert.Contains("no answer within", Assert.Single(Rig.Log.Warnings));
    }

    [Fact]
    public async Task A_version_that_could_not_be_stored_is_tried_again()
    {
        await Rig.FindAsync(Company);
        Server.Set(Company, Apia);
        Rig.StoreFailure = new StoreException("the disk is full");
        await Rig.RefreshAsync(Company);
        await Rig.RefreshAsync(Company);
        Assert.Equal(Prague, Rig.InForce(Company));
        Assert.Contains("the disk is full", Assert.Single(Rig.Log.Warnings));

        Rig.StoreFailure = null;
        await Rig.RefreshAsync(Company);

        Assert.Equal(Apia, Rig.InForce(Company));
        Assert.Equal([Prague, Apia], Rig.Recorded);
    }

    [Fact]
    public async Task What_a_restart_loads_is_not_recorded_again()
    {
        await using var restarted = SettingsRig.Over(Server, load: false);
        Server.Set(Company, """{ "holidays": [], "time_zone": "Europe/Prague" }""");
        var askedTooEarly = restarted.FindAsync(Company);

        restarted.Hours.Load([new StoredHours(Company, 1, 1_000, Prague)]);

        Assert.Equal(1_000, (await askedTooEarly)!.Latest.InForceFromMs);
        await restarted.RefreshAsync(Company);
        Assert.Empty(restarted.Recorded);
    }

    [Fact]
    public async Task Dispose_ends_a_fetch_under_way()
    {
        Server.Hold();
        var answer = Rig.FindAsync(Company);
        await Server.NextRequestAsync();

        Rig.Cache.Dispose();

        Assert.Null(await answer);
        Assert.Empty(Rig.Recorded);
    }
}
