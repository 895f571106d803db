namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class SettingsRefresherTests : SettingsServiceTests
{
    public override async ValueTask DisposeAsync()
    {
        await Rig.Refresher.StopAsync(CancellationToken.None);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Companies_with_events_are_refreshed_every_CacheFor_though_nobody_asks()
    {
        Rig.Companies = [7];
        await Rig.Refresher.StartAsync(CancellationToken.None);
        for (var change = 1; change <= 3; change++)
        {
            Assert.Equal(7, (await Rig.NextVersionAsync()).CompanyId);
            await Rig.Cache.RefreshAsync(7, CancellationToken.None).AsTask().WaitAsync(SettingsRig.Limit);
            Server.Set(7, $$"""{"holidays":["2026-12-0{{change}}"]}""");
            for (var quarter = 0; quarter < 4; quarter++)
                Rig.Time.Advance(SettingsRig.CacheFor / 4);
        }

        Assert.Equal(7, (await Rig.NextVersionAsync()).CompanyId);
        Assert.Equal(4, Rig.Recorded.Count);
    }

    [Fact]
    public async Task A_company_with_its_first_event_joins_the_next_round()
    {
        await Rig.Refresher.StartAsync(CancellationToken.None);
        Rig.Companies = [8];
        Rig.Time.Advance(SettingsRig.CacheFor);

        Assert.Equal(8, (await Rig.NextVersionAsync()).CompanyId);
    }

    [Fact]
    public async Task Fetches_come_a_few_at_a_time()
    {
        Server.Hold();
        Rig.Companies = [.. Enumerable.Range(1, 40).Select(id => (long)id)];
        await Rig.Refresher.StartAsync(CancellationToken.None);
        for (var i = 0; i < ServerLimits.SettingsRefreshes; i++) await Server.NextRequestAsync();
        Server.Release();
        for (var i = 0; i < 40; i++) await Rig.NextVersionAsync();

        Assert.Equal(ServerLimits.SettingsRefreshes, Server.MostAtOnce);
        Assert.Equal(40, Server.Requests);
    }

    [Fact]
    public async Task It_stops_though_the_source_does_not_answer()
    {
        Server.Hold();
        Rig.Companies = [1, 2, 3];
        await Rig.Refresher.StartAsync(CancellationToken.None);
        await Server.NextRequestAsync();

        await Rig.Refresher.StopAsync(CancellationToken.None).WaitAsync(SettingsRig.Limit);

        Assert.Empty(Rig.Recorded);
    }
}
