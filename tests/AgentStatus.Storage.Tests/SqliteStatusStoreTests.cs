using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <summary>The contract on SQLite, and what is SQLite's own: its file, its lock, its schema.</summary>
public sealed class SqliteStatusStoreTests : TransactionalStoreContract
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agentstatus-tests-").FullName;

    private string DatabasePath => Path.Combine(_directory, SqliteStatusStore.FileName);

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    protected override IStatusStore Open() => SqliteStatusStore.Open(_directory);

    [Fact]
    public void Open_OfAMissingDirectory_MakesIt()
    {
        var directory = Path.Combine(_directory, "not", "there");

        using (SqliteStatusStore.Open(directory))
            Assert.True(File.Exists(Path.Combine(directory, SqliteStatusStore.FileName)));
    }

    [Fact]
    public void Open_WhileAnotherServerHasIt_IsRefused()
    {
        Append(Event(5, "a"));

        var refused = Assert.Throws<StoreException>(Open);

        Assert.Contains("in use by another server", refused.Message, StringComparison.Ordinal);
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

        Assert.Contains("not a SQLite database", refused.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(DatabasePath));
    }

    [Fact]
    public void Open_OfAnotherProgramsDatabase_IsRefused()
    {
        Execute("CREATE TABLE theirs (id INTEGER)");

        var refused = Assert.Throws<StoreException>(Open);

        Assert.Contains("another program's database", refused.Message, StringComparison.Ordinal);
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
        var file = Path.Combine(_directory, "file");
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
    public void EveryCall_OnABrokenDatabase_ThrowsStoreException()
    {
        Append(Event(5, "a"));
        Execute("DROP TABLE status_events; DROP TABLE business_hours; DROP TABLE offline_periods");

        Assert.Throws<StoreException>(() => ReadAll());
        Assert.Throws<StoreException>(() => Store.ReadMemory(0).Count());
        Assert.Throws<StoreException>(() => Store.ReadHours());
        Assert.Throws<StoreException>(() => Store.ReadOfflinePeriods(Agent, 0));
        Assert.Throws<StoreException>(() => Store.FindAgentsWithStalePeriods(1, 0));
        Assert.Throws<StoreException>(() => Append(Event(6, "b")));
        Assert.Throws<StoreException>(() => Write(batch => batch.AddHours(new(1, 1, 1, "{}"))));
        Assert.Throws<StoreException>(() => Write(batch => batch.ReplaceOfflinePeriods(Agent, 0, [])));
    }

    [Fact]
    public void Batch_AfterAFailure_StoresNothingAndTheNextOneWorks()
    {
        Append(Event(5, "a"));
        using (var batch = Store.BeginBatch())
        {
            batch.AddHours(new(1, 1, 1, "{}"));
            Assert.Throws<StoreException>(() => batch.Append([new(Event(6, "b", origin: default), 1, false)]));
            Assert.Throws<StoreException>(() => batch.AddHours(new(1, 2, 2, "{}")));
            Assert.Throws<StoreException>(batch.Commit);
        }

        Append(Event(7, "c"));

        AlsoAfterRestart(() =>
        {
            Assert.Equal(["a", "c"], Ids(ReadAll()));
            Assert.Empty(Store.ReadHours());
        });
    }

    [Fact]
    public void BeginBatch_WhileOneIsOpen_IsRefused()
    {
        using var batch = Store.BeginBatch();

        Assert.Throws<InvalidOperationException>(Store.BeginBatch);
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

    [Fact]
    public void Views_NameEveryStatusAndOriginAsTheContractDoes()
    {
        var first = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
        Append([.. Enumerable.Range(0, 7).Select(i =>
            Event(first + i, $"{i}", (Core.Origin)(1 + (i % 4)), (Core.Status)(1 + i)))]);
        Write(batch => batch.ReplaceOfflinePeriods(Agent, 0, [Period(1_000, 2_500)]));

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
        Assert.StartsWith($"{directory} cannot be written", refused.Message, StringComparison.Ordinal);
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
