namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class FileSettingsTests : IAsyncDisposable
{
    private const string Prague = """{"time_zone":"Europe/Prague"}""";
    private const string Athens = """{"time_zone":"Europe/Athens"}""";

    private readonly TempDirectory _folder = new();
    private readonly SettingsRig _rig;

    public FileSettingsTests() => _rig = SettingsRig.OverFile(Path);

    private string Path => _folder.File("settings.json");

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task One_read_serves_all_companies()
    {
        Write($$"""{"companies": {"1": {{Prague}}, "2": {{Athens}}, "3": null} }""");
        foreach (var company in new long[] { 1, 2, 3, 4 }) await _rig.FindAsync(company);
        await _rig.RefreshAsync(1);

        Assert.Equal([Prague, Athens, "null", "null"], _rig.Recorded);
        Assert.Equal(1, Reads());
    }

    [Fact]
    public async Task A_changed_file_is_read_again_and_a_touched_one_is_not()
    {
        Write($$"""{"companies": {"1": {{Prague}} } }""");
        await _rig.FindAsync(1);
        File.SetLastWriteTimeUtc(Path, WellBefore.AddMinutes(1));
        await _rig.RefreshAsync(1);
        Assert.Equal(1, Reads());

        Write($$"""{"companies": {"1": {{Athens}} } }""", WellBefore.AddMinutes(2));
        await _rig.RefreshAsync(1);

        Assert.Equal(Athens, _rig.InForce(1));
        Assert.Equal(2, Reads());
    }

    [Fact]
    public async Task A_change_within_the_coarseness_of_file_times_is_seen()
    {
        var justNow = _rig.Time.GetUtcNow().UtcDateTime;
        Write($$"""{"companies": {"1": {{Prague}} } }""", justNow);
        await _rig.FindAsync(1);
        Write($$"""{"companies": {"1": {{Athens}} } }""", justNow);
        await _rig.RefreshAsync(1);

        Assert.Equal(Athens, _rig.InForce(1));
    }

    [Fact]
    public async Task A_link_that_points_elsewhere_is_followed()
    {
        var versions = new[] { ("a", Prague, 0), ("b", Athens, 1) };
        foreach (var (name, hours, minute) in versions)
        {
            var target = _folder.File(name);
            File.WriteAllText(target, $$"""{"companies": {"1": {{hours}} } }""");
            File.SetLastWriteTimeUtc(target, WellBefore.AddMinutes(minute));
        }
        File.CreateSymbolicLink(_folder.File("current"), "a");
        File.CreateSymbolicLink(Path, "current");
        await _rig.FindAsync(1);

        File.Delete(_folder.File("current"));
        File.CreateSymbolicLink(_folder.File("current"), "b");
        await _rig.RefreshAsync(1);

        Assert.Equal(Athens, _rig.InForce(1));
    }

    [Fact]
    public async Task A_refused_company_keeps_its_last_good_version_and_the_others_go_on()
    {
        Write($$"""{"companies": {"1": {{Prague}}, "2": {{Prague}} } }""");
        await _rig.FindAsync(1);
        await _rig.FindAsync(2);
        Write($$"""{"companies": {"1": {"hollidays": []}, "2": {{Athens}} } }""", WellBefore.AddMinutes(1));
        await _rig.RefreshAsync(1);
        await _rig.RefreshAsync(2);
        await _rig.RefreshAsync(1);

        Assert.Equal((Prague, Athens), (_rig.InForce(1), _rig.InForce(2)));
        Assert.Contains("company 1: hollidays: ", Assert.Single(_rig.Log.Warnings));
    }

    [Fact]
    public async Task A_refused_file_is_logged_once_for_all_companies_and_changes_nothing()
    {
        Write($$"""{"companies": {"1": {{Prague}}, "2": {{Athens}} } }""");
        await _rig.FindAsync(1);
        await _rig.FindAsync(2);
        Write("""{"companies": {"1": """, WellBefore.AddMinutes(1));
        await _rig.RefreshAsync(1);
        await _rig.RefreshAsync(2);

        Assert.Equal((Prague, Athens), (_rig.InForce(1), _rig.InForce(2)));
        Assert.Contains("settings: is not JSON", Assert.Single(_rig.Log.Warnings));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_read_and_changes_nothing()
    {
        Write($$"""{"companies": {"1": {{Prague}} } }""");
        await _rig.FindAsync(1);
        using (var file = File.OpenWrite(Path)) file.SetLength(ServerLimits.SettingsFileBytes + 1L);
        await _rig.RefreshAsync(1);

        Assert.Equal(Prague, _rig.InForce(1));
        Assert.Contains("SettingsFileBytes is 128000000", Assert.Single(_rig.Log.Warnings));
    }

    [Fact]
    public async Task A_file_that_is_gone_is_a_failure_until_it_is_back()
    {
        Assert.Null(await _rig.FindAsync(1));
        Assert.Single(_rig.Log.Warnings);
        Write($$"""{"companies": {"1": {{Prague}} } }""");
        await _rig.RefreshAsync(1);
        File.Delete(Path);
        await _rig.RefreshAsync(1);

        Assert.Equal(Prague, _rig.InForce(1));
    }

    [Fact]
    public async Task A_file_that_hangs_ends_the_wait_at_its_limit_and_holds_no_thread_of_the_pool()
    {
        Fifo.Make(Path);
        var all = Task.WhenAll(Enumerable.Range(1, 4 * ServerLimits.SettingsFetches).Select(id => _rig.FindAsync(id)));
        await Until.TrueAsync(() =>
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
            return all.IsCompleted;
        });

        Assert.All(await all, Assert.Null);
        Assert.Contains("no answer within", Assert.Single(_rig.Log.Warnings));
        using (File.OpenWrite(Path))
        {
            // Whoever waits in open() for a writer is let go.
        }
    }

    [Fact]
    public async Task Without_a_source_a_company_is_always_open_from_its_first_version_on()
    {
        await using var rig = SettingsRig.OverNothing();
        var history = await rig.FindAsync(1);
        await rig.RefreshAsync(1);

        Assert.True(history!.InForceAt(0).Hours.For(agentId: 7).Open(0, 1).Any());
        Assert.Equal(["null"], rig.Recorded);
    }

    [Fact]
    public async Task Without_a_source_a_known_version_stays_in_force()
    {
        await using var rig = SettingsRig.OverNothing(load: false);
        rig.Hours.Load([new StoredHours(1, 1, 1_000, Prague)]);
        await rig.RefreshAsync(1);

        Assert.Equal(Prague, rig.InForce(1));
        Assert.Empty(rig.Recorded);
    }

    /// <summary>A time at which file times have settled, as the rig's clock sees it.</summary>
    private static DateTime WellBefore => new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    private void Write(string json, DateTime? writtenAt = null)
    {
        File.WriteAllText(Path, json);
        File.SetLastWriteTimeUtc(Path, writtenAt ?? WellBefore);
    }

    private int Reads() => _rig.Log.Notes.Count(line => line.StartsWith("Read the settings", StringComparison.Ordinal));
}
