using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>Companies without events, which callers may have made up, and those that have some.</summary>
public sealed class WithoutEventsTests : IAsyncLifetime
{
    private const long Company = 280197;
    private const string Prague = """{"time_zone":"Europe/Prague"}""";

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
    public async Task A_question_about_a_company_without_events_is_answered_and_stores_nothing()
    {
        Assert.Equal("Europe/Prague", (await _rig.FindAnyAsync(Company))!.Latest.Hours.Zone.Id);
        Assert.Equal("Europe/Prague", (await _rig.FindAnyAsync(Company))!.Latest.Hours.Zone.Id);

        Assert.Empty(_rig.Recorded);
        Assert.Null(_rig.InForce(Company));
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task Its_hours_are_stored_when_it_has_an_event()
    {
        await _rig.FindAnyAsync(Company);
        _rig.Cache.StartFetch(Company);

        await _rig.NextVersionAsync();

        Assert.Equal([Prague], _rig.Recorded);
    }

    [Fact]
    public async Task Companies_that_a_caller_makes_up_do_not_keep_another_one_waiting()
    {
        _server.Hold();
        var made = Enumerable.Range(1, 15_000).Select(id => _rig.FindAnyAsync(id)).ToList();

        var real = _rig.FindAsync(Company);
        while (await _server.NextRequestAsync() != Company)
        {
        }

        _server.Release();
        Assert.Equal("Europe/Prague", (await real)!.Latest.Hours.Zone.Id);
        await Task.WhenAll(made);
        Assert.InRange(_server.Requests, 2, 2 + (2 * ServerLimits.SettingsQueuedWithoutEvents));
    }

    [Fact]
    public async Task Refreshes_that_wait_do_not_keep_a_request_waiting()
    {
        _server.Hold();
        for (var id = 1; id <= 1_000; id++) _rig.Cache.StartFetch(id);
        _rig.Cache.StartFetch(Company);

        var asked = _rig.FindAsync(Company);
        while (await _server.NextRequestAsync() != Company)
        {
        }

        _server.Release();
        Assert.NotNull(await asked);
    }

    [Fact]
    public async Task The_limit_of_a_fetch_counts_from_when_it_begins()
    {
        _server.Hold();
        var first = Enumerable.Range(1, ServerLimits.SettingsFetches).Select(id => _rig.FindAsync(id)).ToList();
        for (var i = 0; i < first.Count; i++) await _server.NextRequestAsync();
        var last = _rig.FindAsync(Company);

        _rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs));
        Assert.All(await Task.WhenAll(first), Assert.Null);
        Assert.Equal(Company, await _server.NextRequestAsync());
        _rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsFetchMs - 1));
        _server.Release();

        Assert.NotNull(await last);
        Assert.Contains("no answer within", Assert.Single(_rig.Log.Warnings), StringComparison.Ordinal);
    }
}
