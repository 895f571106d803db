namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>Companies without events, which callers may have made up, and those that have some.</summary>
public sealed class WithoutEventsTests() : SettingsServiceTests(Prague)
{
    [Fact]
    public async Task A_question_about_a_company_without_events_is_answered_and_stores_nothing()
    {
        Assert.Equal("Europe/Prague", (await Rig.FindAnyAsync(Company))!.Latest.Hours.Zone.Id);
        Assert.Equal("Europe/Prague", (await Rig.FindAnyAsync(Company))!.Latest.Hours.Zone.Id);

        Assert.Empty(Rig.Recorded);
        Assert.Null(Rig.InForce(Company));
        Assert.Equal(1, Server.Requests);
    }

    [Fact]
    public async Task Its_hours_are_stored_when_it_has_an_event()
    {
        await Rig.FindAnyAsync(Company);
        Rig.Cache.StartFetch(Company);

        await Rig.NextVersionAsync();

        Assert.Equal([Prague], Rig.Recorded);
    }

    [Fact]
    public async Task Companies_that_a_caller_makes_up_do_not_keep_another_one_waiting()
    {
        Server.Hold();
        var made = Enumerable.Range(1, 15_000).Select(id => Rig.FindAnyAsync(id)).ToList();

        var real = Rig.FindAsync(Company);
        while (await Server.NextRequestAsync() != Company)
        {
        }

        Server.Release();
        Assert.Equal("Europe/Prague", (await real)!.Latest.Hours.Zone.Id);
        await Task.WhenAll(made);
        Assert.InRange(Server.Requests, 2, 2 + (2 * ServerLimits.SettingsQueuedWithoutEvents));
    }

    [Fact]
    public async Task Refreshes_that_wait_do_not_keep_a_request_waiting()
    {
        Server.Hold();
        for (var id = 1; id <= 1_000; id++) Rig.Cache.StartFetch(id);
        Rig.Cache.StartFetch(Company);

        var asked = Rig.FindAsync(Company);
        while (await Server.NextRequestAsync() != Company)
        {
        }

        Server.Release();
        Assert.NotNull(await asked);
    }

    [Fact]
    public async Task The_limit_of_a_fetch_counts_from_when_it_begins()
    {
        Server.Hold();
        var first = Enumerable.Range(1, ServerLimits.SettingsFetches).Select(id => Rig.FindAsync(id)).ToList();
        for (var i = 0; i < first.Count; i++) await Server.NextRequestAsync();
        var last = Rig.FindAsync(Company);

        Rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs));
        Assert.All(await Task.WhenAll(first), Assert.Null);
        Assert.Equal(Company, await Server.NextRequestAsync());
        Rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs - 1));
        Server.Release();

        Assert.NotNull(await last);
        Assert.Contains("no answer within", Assert.Single(Rig.Log.Warnings), StringComparison.Ordinal);
    }
}
