using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class SettingsRefresherTests : IAsyncLifetime
{
    private SettingsServer _server = null!;
    private SettingsRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SettingsServer.StartAsync();
        _rig = SettingsRig.Over(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.Refresher.StopAsync(CancellationToken.None);
        await _rig.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Companies_with_events_are_refreshed_every_CacheFor_though_nobody_asks()
    {
        _rig.Companies = [7];
        await _rig.Refresher.StartAsync(CancellationToken.None);
        for (var change = 1; change <= 3; change++)
        {
            Assert.Equal(7, (await _rig.NextVersionAsync()).CompanyId);
            await _rig.Cache.RefreshAsync(7, CancellationToken.None).AsTask().WaitAsync(SettingsRig.Limit);
            _server.Set(7, $$"""{"holidays":["2026-12-0{{change}}"]}""");
            for (var quarter = 0; quarter < 4; quarter++)
                _rig.Time.Advance(SettingsRig.CacheFor / 4);
        }

        Assert.Equal(7, (await _rig.NextVersionAsync()).CompanyId);
        Assert.Equal(4, _rig.Recorded.Count);
    }

    [Fact]
    public async Task A_company_with_its_first_event_joins_the_next_round()
    {
        await _rig.Refresher.StartAsync(CancellationToken.None);
        _rig.Companies = [8];
        _rig.Time.Advance(SettingsRig.CacheFor);

        Assert.Equal(8, (await _rig.NextVersionAsync()).CompanyId);
    }

    [Fact]
    public async Task Fetches_come_a_few_at_a_time()
    {
        _server.Hold();
        _rig.Companies = [.. Enumerable.Range(1, 40).Select(id => (long)id)];
        await _rig.Refresher.StartAsync(CancellationToken.None);
        for (var i = 0; i < ServerLimits.SettingsRefreshes; i++)
            await _server.NextRequestAsync();
        _server.Release();
        for (var i = 0; i < 40; i++)
            await _rig.NextVersionAsync();

        Assert.Equal(ServerLimits.SettingsRefreshes, _server.MostAtOnce);
        Assert.Equal(40, _server.Requests);
    }

    [Fact]
    public async Task It_stops_though_the_source_does_not_answer()
    {
        _server.Hold();
        _rig.Companies = [1, 2, 3];
        await _rig.Refresher.StartAsync(CancellationToken.None);
        await _server.NextRequestAsync();

        await _rig.Refresher.StopAsync(CancellationToken.None).WaitAsync(SettingsRig.Limit);

        Assert.Empty(_rig.Recorded);
    }
}
