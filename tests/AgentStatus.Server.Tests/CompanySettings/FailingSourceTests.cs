namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class FailingSourceTests() : SettingsServiceTests(Prague)
{

    [Fact]
    public async Task Settings_that_never_came_are_null_and_asked_for_with_growing_pauses()
    {
        Server.FailWith = HttpStatusCode.ServiceUnavailable;
        var requests = new List<int>();
        for (var second = 0; second <= 7; second++)
        {
            Assert.Null(await Rig.FindAsync(Company));
            Assert.Null(await Rig.FindAsync(Company));
            requests.Add(Server.Requests);
            Rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsRetryFirstMs));
        }

        Assert.Equal([1, 2, 2, 3, 3, 3, 3, 4], requests);
        Assert.Contains("answered 503", Assert.Single(Rig.Log.Warnings));
    }

    [Fact]
    public async Task Pauses_do_not_grow_beyond_their_limit()
    {
        Server.FailWith = HttpStatusCode.InternalServerError;
        for (var i = 1; i <= 40; i++)
        {
            Assert.Null(await Rig.FindAsync(Company));
            Assert.Equal(i, Server.Requests);
            Rig.Time.Advance(TimeSpan.FromMilliseconds(ServerLimits.SettingsRetryLastMs));
        }
    }

    [Fact]
    public async Task The_last_good_answer_stays_while_the_source_fails()
    {
        await Rig.FindAsync(Company);
        Server.FailWith = HttpStatusCode.InternalServerError;
        await Rig.RefreshAsync(Company);
        await Rig.RefreshAsync(Company);

        Assert.Equal("Europe/Prague", (await Rig.FindAsync(Company))!.Latest.Hours.Zone.Id);
        Assert.Single(Rig.Log.Warnings);

        Server.FailWith = null;
        await Rig.RefreshAsync(Company);
        Assert.Contains(Rig.Log.Notes, line => line.Contains("up to date again"));
        Assert.Single(Rig.Recorded);
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.NotModified)]
    [InlineData(HttpStatusCode.Unauthorized)]
    public async Task What_is_neither_settings_nor_404_is_a_failure(HttpStatusCode status)
    {
        Server.FailWith = status;

        Assert.Null(await Rig.FindAsync(Company));
        Assert.Contains($"answered {(int)status}", Assert.Single(Rig.Log.Warnings));
    }

    [Fact]
    public async Task A_service_that_is_gone_is_a_failure()
    {
        await Server.DisposeAsync();

        Assert.Null(await Rig.FindAsync(Company));
        Assert.Single(Rig.Log.Warnings);
    }

    [Fact]
    public async Task An_answer_above_the_limit_is_a_failure()
    {
        Server.Set(Company, new string(' ', ServerLimits.SettingsBodyBytes) + "null");

        Assert.Null(await Rig.FindAsync(Company));
        Assert.Single(Rig.Log.Warnings);
    }
}
