using AgentStatus.Core;
using AgentStatus.Storage.Spool;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <summary>Files that are deleted, replaced or damaged under a store, or between two runs: nothing is acknowledged
/// that is lost, and what was acknowledged and is gone is missed. In turn for the store's file and the
/// spool's.</summary>
public sealed class LostFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private int _events;

    public static TheoryData<bool, string> Files => new()
    {
        { false, "" }, { false, "-wal" }, { false, "-shm" }, { true, "" }, { true, "-wal" }, { true, "-shm" },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Append_ToAFileThatWasDeleted_IsRefusedUntilItIsBack(bool isSpool, string suffix)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Noticed on Linux alone.");
        using var store = new Opened(_directory.Path, isSpool);
        var path = store.Path + suffix;
        Append(store);
        Assert.Null(store.File.FindFault());

        File.Move(path, path + ".moved");

        Assert.Contains(path, store.File.FindFault()!, StringComparison.Ordinal);
        var refused = Assert.Throws<StoreException>(() => Append(store));
        Assert.Contains("deleted or replaced", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_directory.Path, refused.ForClients, StringComparison.Ordinal);

        File.Copy(path + ".moved", path);
        Assert.Throws<StoreException>(() => Append(store));
        File.Move(path + ".moved", path, overwrite: true);
        Append(store);
        Assert.Null(store.File.FindFault());
    }

    [Fact]
    public void ReadEvents_OfAFileThatWasReplaced_GivesNothingOfTheOther()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Noticed on Linux alone.");
        using var other = SqliteStatusStore.Open(_directory.File("other"));
        using var store = SqliteStatusStore.Open(_directory.File("store"));
        File.Move(_directory.File("other/agentstatus.db"), _directory.File("store/agentstatus.db"), overwrite: true);

        Assert.Throws<StoreException>(() => store.ReadEvents(new(1, 1), 0, 10));
        Assert.Throws<StoreException>(() => store.ReadMemory(0).ToList());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_WhereTheLockFileWasDeleted_KeepsASecondServerOutAllTheSame(bool isSpool)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes no open file.");
        using var store = new Opened(_directory.Path, isSpool);
        Append(store);
        File.Delete(_directory.File("agentstatus.lock"));

        var refused = Assert.Throws<StoreException>(() => new Opened(_directory.Path, isSpool));

        Assert.Contains("in use by another server", refused.Message, StringComparison.Ordinal);
        Append(store);
    }

    /// <summary>As after the end of a process: the files are copied while the store is open.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_AfterNoiseInTheLog_MissesWhatWasAcknowledged(bool isSpool)
    {
        Kill(isSpool);
        var log = _directory.File(isSpool ? "killed/spool.db-wal" : "killed/agentstatus.db-wal");
        var bytes = File.ReadAllBytes(log);
        Array.Fill(bytes, (byte)0x55, bytes.Length / 2, 100);
        File.WriteAllBytes(log, bytes);

        var refused = Assert.Throws<StoreException>(() => new Opened(_directory.File("killed"), isSpool));

        Assert.Contains("has lost events that were acknowledged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(log));
        File.Delete(_directory.File("killed/agentstatus.lock"));
        using var store = new Opened(_directory.File("killed"), isSpool);
        Append(store);
    }

    [Theory]
    [InlineData(false, "-wal")]
    [InlineData(true, "-wal")]
    [InlineData(false, "")]
    [InlineData(true, "")]
    public void Open_WithoutTheFile_MissesWhatWasAcknowledged(bool isSpool, string suffix)
    {
        Kill(isSpool);
        File.Delete(_directory.File($"killed/{(isSpool ? "spool" : "agentstatus")}.db{suffix}"));

        var refused = Assert.Throws<StoreException>(() => new Opened(_directory.File("killed"), isSpool));

        Assert.Contains("agentstatus.lock", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_AfterAKill_MissesNothing(bool isSpool)
    {
        Kill(isSpool);
        using var store = new Opened(_directory.File("killed"), isSpool);
        Append(store);
    }

    [Fact]
    public void Open_OfAStoreWhosePeriodsAreAllWritten_MissesNothingAndNumbersOn()
    {
        for (var run = 0; run < 3; run++)
        {
            using var store = SqliteStatusStore.Open(_directory.Path);
            Assert.Equal(3 * run, store.StoredThrough.Number);
            store.Append([Event(), Event(), Event()]);
            store.OfflinePeriods.SaveCheckpoint(1, [store.StoredThrough]);
            Assert.Empty(store.OfflinePeriods.ReadChangesSinceCheckpoint()!);
        }
    }

    [Fact]
    public void Open_OfASpoolThatWasDrained_MissesNothing()
    {
        for (var run = 0; run < 3; run++)
        {
            using var spool = SpoolFile.Open(_directory.Path);
            spool.Append([Event(), Event(), Event()]);
            spool.RemoveThrough(spool.ReadAfter(0, 2)[^1].Number);
            spool.RemoveThrough(long.MaxValue);
        }
    }

    [Fact]
    public void FindDamage_OfAPageThatWasOverwritten_SaysSo()
    {
        using (var store = new Opened(_directory.Path, isSpool: false))
        {
            for (var i = 0; i < 1_000; i++) Append(store);
            Assert.Null(store.File.FindDamage(CancellationToken.None));
        }

        using (var file = File.OpenWrite(_directory.File("agentstatus.db")))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[16_384]);
        }

        using var damaged = new Opened(_directory.Path, isSpool: false);
        Assert.NotNull(damaged.File.FindDamage(CancellationToken.None));
    }

    [Fact]
    public void FindDamage_Cancelled_Ends()
    {
        using var store = new Opened(_directory.Path, isSpool: false);
        Append(store);
        Assert.Throws<OperationCanceledException>(() => store.File.FindDamage(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void LogBytes_GrowWhileAReaderHoldsTheLog_AndGoBackWhenItIsGone()
    {
        using var store = SqliteStatusStore.Open(_directory.Path);
        using (var memory = store.ReadMemory(0).GetEnumerator())
        {
            store.Append([Event()]);
            memory.MoveNext();
            for (var i = 0; i < 60; i++) store.Append(Events(1_000));
            Assert.True(store.File.LogBytes > 70 << 20, $"{store.File.LogBytes}");
        }

        for (var i = 0; i < 60; i++) store.Append(Events(1_000));
        Assert.True(store.File.LogBytes <= 64 << 20, $"{store.File.LogBytes}");
    }

    /// <summary>Leaves in "killed" what a process leaves that is killed.</summary>
    private void Kill(bool isSpool)
    {
        Directory.CreateDirectory(_directory.File("killed"));
        using var store = new Opened(_directory.File("running"), isSpool);
        for (var i = 0; i < 10; i++) Append(store);
        foreach (var file in Directory.GetFiles(_directory.File("running"), "*.db*"))
            File.Copy(file, _directory.File($"killed/{Path.GetFileName(file)}"));
        store.Dispose();
        File.Copy(_directory.File("running/agentstatus.lock"), _directory.File("killed/agentstatus.lock"));
    }

    private void Append(Opened store) => store.Append([Event()]);

    private EventToAppend[] Events(int count) => [.. Enumerable.Range(0, count).Select(_ => Event())];

    private EventToAppend Event() =>
        new(
            new(
                new(1, 1 + (_events % 977)),
                Status.Busy,
                Origin.Agent,
                _events,
                $"{_events++ * 7_919L % 1_000_003:x32}"),
            1,
            false);

    private sealed class Opened : IDisposable
    {
        private readonly IDisposable _store;

        public Opened(string directory, bool isSpool)
        {
            if (isSpool)
            {
                var spool = SpoolFile.Open(directory);
                (_store, File, Append) = (spool, spool.File, events => spool.Append(events));
            }
            else
            {
                var store = SqliteStatusStore.Open(directory);
                (_store, File, Append) = (store, store.File, events => store.Append(events));
            }
        }

        public IStoreFile File { get; }

        public Action<IReadOnlyList<EventToAppend>> Append { get; }

        public string Path => File.Path;

        public void Dispose() => _store.Dispose();
    }
}
