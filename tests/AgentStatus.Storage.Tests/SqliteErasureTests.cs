using System.Text;
using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <summary>What is left in a SQLite store's files when an agent was erased.</summary>
public sealed class SqliteErasureTests : IDisposable
{
    private static readonly AgentKey Erased = new(280197, 380171);
    private static readonly AgentKey Kept = new(280197, 380172);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void No_text_of_an_erased_agent_is_left_in_the_files()
    {
        // One seed: what SQLite does with the same rows is the same.
        var random = new Random(15);
        var ids = new List<string>();
        using var store = SqliteStatusStore.Open(_directory.File("store"));
        foreach (var batch in Enumerable.Range(0, 4_000).Select(i => EventOf(random, i)).Chunk(50))
        {
            store.Append([.. batch.Select(e => new EventToAppend(e, 1_000, false))]);
            ids.AddRange(batch.Where(e => e.Agent == Erased).Select(e => e.EventId));
        }

        var retracted = ids[0];
        store.Retract([new(Erased.CompanyId, retracted, "erased-reason", "erased-corrector", 1)]);
        store.Audit.Add([new(1, "1", "import", "", "RetractStatus", Erased.CompanyId, 0, retracted, "OK")]);
        string[] texts = [.. ids, "erased-label", "erased-actor", "erased-device", "erased-reason", "erased-corrector"];
        Assert.Equal(texts, texts.Where(Contents().Contains));

        store.Erasure.Begin(new(Erased.CompanyId, Erased.AgentId), 1);
        while (store.Erasure.EraseNext(new(Erased.CompanyId, Erased.AgentId), 100, out _) is null) { }

        Assert.Equal([], texts.Where(Contents().Contains));
        Assert.Contains("kept-label", Contents());
    }

    [Fact]
    public void While_another_program_reads_the_database_the_erasure_has_not_ended()
    {
        using var store = SqliteStatusStore.Open(_directory.File("store"));
        store.Append([new EventToAppend(EventOf(new Random(1), 0), 1_000, false)]);
        var erasure = new Erasure(Erased.CompanyId, 0);
        using (Reading(events: 1))
        {
            store.Erasure.Begin(erasure, 1);
            Assert.Contains("another program", EraseUntilItWaits(store, erasure));
            Assert.Equal([erasure], store.Erasure.UnderWay.All);
        }

        Assert.Equal(1, store.Erasure.EraseNext(erasure, 100, out var waitsFor)!.Value.Events);
        Assert.Null(waitsFor);
    }

    [Fact]
    public void What_a_run_that_crashed_had_erased_is_not_left_in_the_files_either()
    {
        var erasure = new Erasure(Erased.CompanyId, 0);
        var crashed = Directory.CreateDirectory(_directory.File("crashed")).FullName;
        using (var store = SqliteStatusStore.Open(_directory.File("store")))
        {
            store.Append([new EventToAppend(EventOf(new Random(1), 0), 1_000, false)]);
            using var reading = Reading(events: 1);
            store.Erasure.Begin(erasure, 1);
            EraseUntilItWaits(store, erasure);
            foreach (var file in Directory.GetFiles(_directory.File("store"), "*.db*"))
                File.Copy(file, Path.Combine(crashed, Path.GetFileName(file)));
        }

        Assert.Contains("erased-label", Contents("crashed"));
        using var again = SqliteStatusStore.Open(crashed);
        Assert.Equal([erasure], again.Erasure.UnderWay.All);
        while (again.Erasure.EraseNext(erasure, 100, out _) is null) { }

        Assert.DoesNotContain("erased-label", Contents("crashed"));
    }

    [Fact]
    public void Events_that_were_erased_do_not_count_as_lost_at_the_next_start()
    {
        using (var store = SqliteStatusStore.Open(_directory.File("store")))
        {
            var random = new Random(1);
            store.Append([.. Enumerable.Range(0, 10).Select(
                i => new EventToAppend(EventOf(random, i), 1_000, false))]);
            var erasure = new Erasure(Erased.CompanyId, 0);
            store.Erasure.Begin(erasure, 1);
            while (store.Erasure.EraseNext(erasure, 100, out _) is null) { }
        }

        using var again = SqliteStatusStore.Open(_directory.File("store"));
        Assert.Equal(10, again.StoredThrough.Number);
        Assert.Empty(again.OfflinePeriods.ReadChangesSinceCheckpoint()!);
    }

    private static string EraseUntilItWaits(SqliteStatusStore store, Erasure erasure)
    {
        string? waitsFor = null;
        for (var portion = 0; waitsFor is null; portion++)
        {
            Assert.InRange(portion, 0, 100);
            Assert.Null(store.Erasure.EraseNext(erasure, 100, out waitsFor));
        }

        return waitsFor;
    }

    /// <summary>A program that reads the database: what it has seen stays in the log until it ends.</summary>
    private SqliteConnection Reading(long events)
    {
        var reader = new SqliteConnection(
            $"Data Source={_directory.File("store")}/{SqliteStatusStore.FileName};Pooling=False;Mode=ReadOnly");
        reader.Open();
        var reading = reader.BeginTransaction(deferred: true);
        using var count = new SqliteCommand("SELECT count(*) FROM status_events", reader, reading);
        Assert.Equal(events, count.ExecuteScalar());
        return reader;
    }

    private static StatusEvent EventOf(Random random, int number)
    {
        var (agent, name) = number % 2 == 0 ? (Erased, "erased") : (Kept, "kept");
        return new(agent, Status.Away, Origin.Agent, random.Next(), $"{random.NextInt64():x16}{random.NextInt64():x16}")
        {
            Label = $"{name}-label",
            Actor = $"{name}-actor",
            DeviceId = $"{name}-device",
        };
    }

    /// <summary>All bytes of the database and its log.</summary>
    private string Contents(string store = "store") => string.Concat(Directory.GetFiles(
        _directory.File(store), "*.db*").Select(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Encoding.Latin1.GetString(bytes);
    }));
}
