namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class HttpSettingsTests : IAsyncLifetime
{
    private const long Company = 280197;
    private const string Prague = """{"time_zone":"Europe/Prague"}""";
    private const string Nonsense = """{"time_zone":"Mars/Olympus","weekly":{"monday":[["9","17:00"]]}}""";

    private SettingsServer _server = null!;
    private SettingsRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SettingsServer.StartAsync();
        _rig = SettingsRig.Over(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_company_that_the_service_does_not_know_is_always_open()
    {
        await _rig.FindAsync(Company);

        Assert.Equal("null", _rig.InForce(Company));
    }

    [Fact]
    public async Task An_unchanged_company_is_not_sent_again()
    {
        _server.Set(Company, Prague);
        await _rig.FindAsync(Company);
        await _rig.RefreshAsync(Company);
        await _rig.RefreshAsync(Company);

        Assert.Equal((3, 2), (_server.Requests, _server.NotModified));
        Assert.Equal([Prague], _rig.Recorded);
    }

    [Fact]
    public async Task A_404_after_an_answer_changes_nothing_and_is_logged_once()
    {
        _server.Set(Company, Prague);
        await _rig.FindAsync(Company);
        _server.Remove(Company);
        await _rig.RefreshAsync(Company);
        await _rig.RefreshAsync(Company);

        Assert.Equal(Prague, _rig.InForce(Company));
        var line = Assert.Single(_rig.Log.Warnings);
        Assert.Contains("404", line, StringComparison.Ordinal);
        Assert.Contains("NotFoundMeansOpen", line, StringComparison.Ordinal);

        _server.Set(Company, Prague);
        await _rig.RefreshAsync(Company);
        Assert.Equal([Prague], _rig.Recorded);
        Assert.Contains(_rig.Log.Notes, note => note.Contains("up to date again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_404_after_an_answer_means_open_where_the_configuration_says_so()
    {
        await using var rig = SettingsRig.Over(_server, notFoundMeansOpen: true);
        _server.Set(Company, Prague);
        await rig.FindAsync(Company);
        _server.Remove(Company);
        await rig.RefreshAsync(Company);
        _server.Set(Company, Prague);
        await rig.RefreshAsync(Company);

        Assert.Equal([Prague, "null", Prague], rig.Recorded);
    }

    [Fact]
    public async Task Refused_settings_leave_the_last_good_ones_and_are_logged_once_by_company_and_field()
    {
        _server.Set(Company, Prague);
        await _rig.FindAsync(Company);
        _server.Set(Company, Nonsense);
        await _rig.RefreshAsync(Company);
        await _rig.RefreshAsync(Company);

        Assert.Equal(Prague, _rig.InForce(Company));
        Assert.Collection(
            _rig.Log.Warnings,
            line => Assert.Contains($"company {Company}: time_zone: ", line, StringComparison.Ordinal),
            line => Assert.Contains($"company {Company}: weekly.monday[0]: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_that_are_refused_again_after_good_ones_are_logged_again()
    {
        foreach (var body in new[] { Nonsense, Prague, Nonsense })
        {
            _server.Set(Company, body);
            await _rig.RefreshAsync(Company);
        }

        Assert.Equal(4, _rig.Log.Warnings.Count());
    }

    [Fact]
    public async Task Refused_settings_without_an_earlier_version_are_null()
    {
        _server.Set(Company, Nonsense);

        Assert.Null(await _rig.FindAsync(Company));
        Assert.Empty(_rig.Recorded);
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm()
    {
        _server.Set(Company, "\uFEFF" + Prague);
        await _rig.FindAsync(Company);

        Assert.Equal(Prague, _rig.InForce(Company));
    }
}
