using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <summary>The contract on SQLite, and what is SQLite's own: its file, its lock, its schema.</summary>
public sealed partial class SqliteStatusStoreTests : StatusStoreContract
{
    private readonly TempDirectory _directory = new();

    private string DatabasePath => _directory.File(SqliteStatusStore.FileName);

    public override void Dispose()
    {
        base.Dispose();
        _directory.Dispose();
    }

    protected override IStatusStore Open() => SqliteStatusStore.Open(_directory.Path);

    [Fact]
    public void Open_OfAMissingDirectory_MakesIt()
    {
        var directory = Path.Combine(_directory.Path, "not", "there");

        using (SqliteStatusStore.Open(directory))
            Assert.True(File.Exists(Path.Combine(directory, SqliteStatusStore.FileName)));
    }

    [Fact]
    public void Open_ForAPartOfTheCompanies_ReadsOfTheseAlone()
    {
        AgentKey[] agents = [.. Enumerable.Range(1, 20).Select(id => new AgentKey(id, id % 3 + 1))];
        Append([.. agents.SelectMany(agent => Enumerable.Range(1, 40).Select(
            i => Event(i, $"{i}", (Origin)(i % 3 + 1), Status.Offline, agent)))]);
        foreach (var agent in agents) Store.AddHours(new(agent.CompanyId, 1, 7, "{}"));
        var whole = Memory(Store);
        Store.Dispose();

        foreach (var companies in Enumerable.Range(1, 3).Select(number => Companies($"{number}/3")))
        {
            using var part = SqliteStatusStore.Open(_directory.Path, companies);
            Assert.Equal(whole.Where(one => companies.Contains(one.Agent.CompanyId)), Memory(part));
            Assert.Equal(Memory(part), part.ReadMemory(30, 1)[0].Select(one => (one.Agent, one.Events.Count)));
            AgentKey[] own = [.. agents.Where(agent => companies.Contains(agent.CompanyId))];
            Assert.NotEmpty(own);
            Assert.Equal(own.Select(agent => agent.CompanyId), part.ReadHours().Select(version => version.CompanyId));
            Assert.Equal(
                own, part.OfflinePeriods.ReadChangesSinceCheckpoint()!.Select(change => change.Agent).Order());
        }

        static CompanyPartition Companies(string text) =>
            CompanyPartition.TryParse(text, out var companies) ? companies : throw new FormatException(text);

        static List<(AgentKey Agent, int Events)> Memory(IStatusStore store) =>
            [.. store.ReadMemory(30).Select(one => (one.Agent, one.Events.Count))];
    }

    [Fact]
    public void Open_WhileAnotherServerHasIt_IsRefused()
    {
        Append(Event(5, "a"));

        var refused = Assert.Throws<StoreException>(Open);

        Assert.Contains("in use by another server", refused.Message);
        AlsoAfterRestart(() => Assert.Equal(["a"], Ids(ReadAll())));
    }

    [Fact]
    public void Open_OfANewerSchema_IsRefusedAndLeftAlone()
    {
        Append(Event(5, "a"));
        Store.Dispose();
        Execute("PRAGMA user_version = 999");
        var before = File.ReadAllBytes(DatabasePath);

        var refused = Assert.Throws<StoreException>(Open);

        Assert.Contains("newer server (schema 999", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(DatabasePath));
    }

    [Fact]
    public void Open_OfAFileThatIsNoDatabase_IsRefusedAndLeftAlone()
    {
        var text = string.Concat(Enumerable.Repeat("This is not a database. ", 100));
        File.WriteAllText(DatabasePath, text);

        var refused = Assert.Throws<StoreException>(Open);

        Assert.Contains("not a SQLite database", refused.Message);
        Assert.Equal(text, File.ReadAllText(DatabasePath));
    }

    [Fact]
    public void Open_OfAnotherProgramsDatabase_IsRefused()
    {
        Execute("CREATE TABLE theirs (id INTEGER)");

        var refused = Assert.Throws<StoreException>(Open);

        Assert.Contains("another program's database", refused.Message);
    }

    [Fact]
    public void Open_AfterARefusal_Works()
    {
        File.WriteAllText(DatabasePath, new string('x', 1_000));
        Assert.Throws<StoreException>(Open);
        File.Delete(DatabasePath);

        Append(Event(5, "a"));

        AlsoAfterRestart(() => Assert.Equal(["a"], Ids(ReadAll())));
    }

    [Fact]
    public void Open_BelowAFile_SaysThatTheDirectoryCannotBeWritten()
    {
        var file = _directory.File("file");
        File.WriteAllText(file, "");

        AssertCannotBeWritten(file);
        AssertCannotBeWritten(Path.Combine(file, "below"));
    }

    [Fact]
    public void Open_OfADirectoryWithoutWritePermission_SaysThatItCannotBeWritten()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a directory that nobody can write, as Linux has in /proc.");

        AssertCannotBeWritten("/proc/self");
    }

    [Fact]
    public void Every_method_on_a_broken_database_throws_a_StoreException()
    {
        Append(Event(5, "a"));
        Execute("DROP TABLE status_events; DROP TABLE business_hours; DROP TABLE offline_periods");

        Assert.Throws<StoreException>(() => ReadAll());
        Assert.Throws<StoreException>(() => Store.ReadMemory(0).Count());
        Assert.Throws<StoreException>(() => Store.ReadHours());
        Assert.Throws<StoreException>(() => Periods.Read(Agent, 0));
        Assert.Throws<StoreException>(() => Periods.FindStale(1, 0));
        Assert.Throws<StoreException>(() => Append(Event(6, "b")));
        Assert.Throws<StoreException>(() => Store.AddHours(new(1, 1, 1, "{}")));
        Assert.Throws<StoreException>(() => Replace(Agent, 0, []));
    }

    [Fact]
    public void Append_ThatFails_StoresNothingAndTheNextOneWorks()
    {
        Append(Event(5, "a"));
        Assert.Throws<StoreException>(() => Append(Event(6, "b"), Event(7, "c", origin: default)));

        Append(Event(8, "d"));

        AlsoAfterRestart(() => Assert.Equal(["a", "d"], Ids(ReadAll())));
    }

    [Fact]
    public async Task Append_WhilePeriodsAreWritten_DoesNotFail()
    {
        using var stop = new CancellationTokenSource();
        var writes = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++) Replace(Agent, 0, Period(i, i + 1));
        });

        for (var i = 0; i < 200; i++) Append(Event(i, $"{i}"));

        await stop.CancelAsync();
        await writes;
        AlsoAfterRestart(() => Assert.Equal(200, ReadAll().Count));
    }

    [Fact]
    public void Dispose_LeavesOneFileWithEverything()
    {
        Append(Event(5, "a"));
        Assert.Single(ReadAll());

        Store.Dispose();

        Assert.False(File.Exists(DatabasePath + "-wal"));
        Assert.Equal("BUSY AGENT 1970-01-01T00:00:00.005Z", QueryText(
            "SELECT status || ' ' || origin || ' ' || occurred_at FROM readable_status_events"));
    }

    /// <summary>What a commit writes is what durability costs: a page for each agent's events, and next to none for the
    /// ids, of however many companies they are.</summary>
    [Fact]
    public void Commit_OfIdsThatSortByTime_WritesOnePageAnEvent()
    {
        const int Companies = 100;
        const int PageBytes = 8_192;
        const int OtherPages = 20;
        var id = 0;
        StatusEvent[] Round(int agent) => [.. Enumerable.Range(1, Companies).Select(company => new StatusEvent(
            new AgentKey(company, agent), Core.Status.Busy, Core.Origin.Agent, id, $"{id++:x32}"))];
        for (var agent = 0; agent < 200; agent++) Append(Round(agent));

        // The log of a store that is opened anew begins at its beginning.
        AlsoAfterRestart(() => { });
        Append(Round(7));

        var pages = new FileInfo(DatabasePath + "-wal").Length / PageBytes;
        Assert.InRange(pages, 1, Companies + OtherPages);
    }

    [Fact]
    public void Views_NameEveryStatusAndOriginAsTheContractDoes()
    {
        var first = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
        Append([.. Enumerable.Range(0, 7).Select(i =>
            Event(first + i, $"{i}", (Core.Origin)(1 + (i % 4)), (Core.Status)(1 + i)))]);
        Replace(Agent, 0, [Period(1_000, 2_500)]);

        Assert.Equal("ONLINE IDLE ON_CALL WRAP_UP BUSY AWAY OFFLINE", QueryText(
            "SELECT group_concat(status, ' ' ORDER BY event_id) FROM readable_status_events"));
        Assert.Equal("AGENT SUPERVISOR APP CALL", QueryText(
            "SELECT group_concat(origin, ' ' ORDER BY event_id) FROM readable_status_events WHERE event_id < '4'"));
        Assert.Equal("0001-01-01T00:00:00.000Z", QueryText("SELECT min(occurred_at) FROM readable_status_events"));
        Assert.Equal("1970-01-01T00:00:01.000Z 1.5", QueryText(
            "SELECT started_at || ' ' || business_seconds FROM readable_offline_periods"));
    }

    private static void AssertCannotBeWritten(string directory)
    {
        var refused = Assert.Throws<StoreException>(() => SqliteStatusStore.Open(directory));
        Assert.StartsWith($"{directory} cannot be written", refused.Message);
    }

    private void Execute(string sql) => QueryText(sql);

    private string? QueryText(string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }
}
