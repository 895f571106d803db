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
    public async Task Faults_of_agents_entries_are_logged_once_and_the_other_hours_are_in_force()
    {
        Server.Set(Company, """{"agents": {"7": {"weekly": 1}, "8": {"holidays": 1}}}""");
        await Rig.FindAsync(Company);
        Server.Set(Company, """{"holidays": ["--05-01"], "agents": {"7": {"weekly": 1}, "8": {"holidays": 1}}}""");
        await Rig.RefreshAsync(Company);

        Assert.Equal(2, Rig.Recorded.Count);
        Assert.Collection(
            Rig.Log.Warnings,
            line => Assert.Contains($"company {Company}: agents.7.weekly: must be an object; that agent has no", line),
            line => Assert.Contains($"company {Company}: agents.8.holidays: must be a list; that agent has no", line));

        Server.Set(Company, """{"agents": {"8": {"holidays": 1}}}""");
        await Rig.RefreshAsync(Company);
        Assert.Equal(3, Rig.Log.Warnings.Count());
        Assert.Equal(3, Rig.Recorded.Count);
    }

    [Fact]
    public async Task The_log_says_whether_an_older_version_is_in_force()
    {
        Server.Set(Company, Nonsense);
        await Rig.FindAsync(Company);
        Server.Set(Company, Prague);
        await Rig.RefreshAsync(Company);
        var since = Rig.Hours.Find(Company)!.Latest.InForceFromMs;
        Server.Set(Company, Nonsense);
        await Rig.RefreshAsync(Company);

        var lines = Rig.Log.Warnings.ToList();
        Assert.All(lines[..2], line => Assert.Contains("no older version is stored", line));
        Assert.All(lines[2..], line => Assert.Contains(
            $"the version in force since {DateTimeOffset.FromUnixTimeMilliseconds(since):O} stays in force", line));
    }

    [Fact]
    public async Task An_end_of_2359_is_logged_once_a_version()
    {
        Server.Set(Company, """{"weekly": {"monday": [["09:00","23:59"]]}}""");
        await Rig.FindAsync(Company);
        await Rig.RefreshAsync(Company);
        Assert.Contains("weekly.monday[0]", Assert.Single(Rig.Log.Warnings));
        Assert.Contains("write 24:00", Rig.Log.Warnings.Single());

        Server.Set(Company, """{"weekly": {"monday": [["09:00","23:59"]], "friday": [["09:00","24:00"]]}}""");
        await Rig.RefreshAsync(Company);
        Assert.Equal(2, Rig.Log.Warnings.Count());
        Server.Set(Company, """{"weekly": {"monday": [["09:00","24:00"]]}}""");
        await Rig.RefreshAsync(Company);
        Assert.Equal((2, 3), (Rig.Log.Warnings.Count(), Rig.Recorded.Count));
    }

    [Fact]
    public async Task A_byte_order_mark_does_no_harm()
    {
        Server.Set(Company, "\uFEFF" + Prague);
        await Rig.FindAsync(Company);

        Assert.Equal(Prague, Rig.InForce(Company));
    }
}
