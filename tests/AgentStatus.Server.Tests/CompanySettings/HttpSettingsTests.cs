namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class HttpSettingsTests : SettingsServiceTests
{
    private const string Nonsense = """{"time_zone":"Mars/Olympus","weekly":{"monday":[["9","17:00"]]}}""";

    [Fact]
    public async Task A_company_that_the_service_does_not_know_is_always_open()
    {
        await Rig.FindAsync(Company);

        Assert.Equal("null", Rig.InForce(Company));
    }

    [Fact]
    public async Task An_unchanged_company_is_not_sent_again()
    {
        Server.Set(Company, Prague);
        await Rig.FindAsync(Company);
        await Rig.RefreshAsync(Company);
        await Rig.RefreshAsync(Company);

        Assert.Equal((3, 2), (Server.Requests, Server.NotModified));
        Assert.Equal([Prague], Rig.Recorded);
    }

    [Fact]
    public async Task A_404_after_an_answer_changes_nothing_and_is_logged_once()
    {
        Server.Set(Company, Prague);
        await Rig.FindAsync(Company);
        Server.Remove(Company);
        await Rig.RefreshAsync(Company);
        await Rig.RefreshAsync(Company);

        Assert.Equal(Prague, Rig.InForce(Company));
        Assert.Contains("404", Assert.Single(Rig.Log.Warnings));

        Server.Set(Company, Prague);
        await Rig.RefreshAsync(Company);
        Assert.Equal([Prague], Rig.Recorded);
        Assert.Contains(Rig.Log.Notes, note => note.Contains("up to date again"));
    }

    [Fact]
    public async Task A_404_after_an_answer_means_open_where_the_configuration_says_so()
    {
        await using var rig = SettingsRig.Over(Server, notFoundMeansOpen: true);
        Server.Set(Company, Prague);
        await rig.FindAsync(Company);
        Server.Remove(Company);
        await rig.RefreshAsync(Company);
        Server.Set(Company, Prague);
        await rig.RefreshAsync(Company);

        Assert.Equal([Prague, "null", Prague], rig.Recorded);
    }

    [Fact]
    public async Task Refused_settings_leave_the_last_good_ones_and_are_logged_once_by_company_and_field()
    {
        Server.Set(Company, Prague);
        await Rig.FindAsync(Company);
        Server.Set(Company, Nonsense);
        await Rig.RefreshAsync(Company);
        await Rig.RefreshAsync(Company);

        Assert.Equal(Prague, Rig.InForce(Company));
        Assert.Collection(
            Rig.Log.Warnings,
            line => Assert.Contains($"company {Company}: time_zone: ", line),
            line => Assert.Contains($"company {Company}: weekly.monday[0]: ", line));
    }

    [Fact]
    public async Task Settings_that_are_refused_again_after_good_ones_are_logged_again()
    {
        foreach (var body in new[] { Nonsense, Prague, Nonsense })
        {
            Server.Set(Company, body);
            await Rig.RefreshAsync(Company);
        }

        Assert.Equal(4, Rig.Log.Warnings.Count());
    }

    [Fact]
    public async Task Refused_settings_without_an_earlier_version_are_null()
    {
        Server.Set(Company, Nonsense);

        Assert.Null(await Rig.FindAsync(Company));
        Assert.Empty(Rig.Recorded);
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm()
    {
        Server.Set(Company, "\uFEFF" + Prague);
        await Rig.FindAsync(Company);

        Assert.Equal(Prague, Rig.InForce(Company));
    }
}
