namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class FailingSourceTests : IAsyncLifetime
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
    public async Task Settings_that_never_came_are_null_and_asked_for_with_growing_pauses()
    {
        _server.FailWith = HttpStatusCode.ServiceUnavailable;
        var requests = new List<int>();
        for (var second = 0; second <= 7; second++)
        {
            Assert.Null(await _rig.FindAsync(Company));
            Assert.Null(await _rig.FindAsync(Company));
            requests.Add(_server.Requests);
            _rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsRetryFirstMs));
        }

        Assert.Equal([1, 2, 2, 3, 3, 3, 3, 4], requests);
        Assert.Contains("answered 503", Assert.Single(_rig.Log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pauses_do_not_grow_beyond_their_limit()
    {
        _server.FailWith = HttpStatusCode.InternalServerError;
        for (var i = 1; i <= 40; i++)
        {
            Assert.Null(await _rig.FindAsync(Company));
            Assert.Equal(i, _server.Requests);
            _rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsRetryLastMs));
        }
    }

    [Fact]
    public async Task The_last_good_answer_stays_while_the_source_fails()
    {
        await _rig.FindAsync(Company);
        _server.FailWith = HttpStatusCode.InternalServerError;
        await _rig.RefreshAsync(Company);
        await _rig.RefreshAsync(Company);

        Assert.Equal("Europe/Prague", (await _rig.FindAsync(Company))!.Latest.Hours.Zone.Id);
        Assert.Single(_rig.Log.Warnings);

        _server.FailWith = null;
        await _rig.RefreshAsync(Company);
        Assert.Contains(_rig.Log.Notes, line => line.Contains("up to date again", StringComparison.Ordinal));
        Assert.Single(_rig.Recorded);
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.NotModified)]
    [InlineData(HttpStatusCode.Unauthorized)]
    public async Task What_is_neither_settings_nor_404_is_a_failure(HttpStatusCode status)
    {
        _server.FailWith = status;

        Assert.Null(await _rig.FindAsync(Company));
        Assert.Contains($"answered {(int)status}", Assert.Single(_rig.Log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_gone_is_a_failure()
    {
        await _server.DisposeAsync();

        Assert.Null(await _rig.FindAsync(Company));
        Assert.Single(_rig.Log.Warnings);
    }

    [Fact]
    public async Task An_answer_above_the_limit_is_a_failure()
    {
        _server.Set(Company, new string(' ', ServerLimits.SettingsBodyBytes) + "null");

        Assert.Null(await _rig.FindAsync(Company));
        Assert.Single(_rig.Log.Warnings);
    }
}
