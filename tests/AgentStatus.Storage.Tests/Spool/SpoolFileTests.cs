using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Tests.Spool;

/// <summary>The spool's file by itself.</summary>
public sealed class SpoolFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_OfAStoreOfOtherCompanies_IsRefusedUntilTheSpoolIsEmpty()
    {
        using (var spool = SpoolFile.Open(_directory.File("parts")))
            spool.Append([new(new(new(2, 7), Status.Busy, Origin.Agent, 5, "a"), 1_000, false)]);

        var refused = Assert.Throws<StoreException>(() => OpenFor("1/2"));

        Assert.Contains("company 2, which is not in partition 1/2", refused.Message);
        OpenFor("2/2");
        OpenFor("1/1");
        using (var spool = SpoolFile.Open(_directory.File("parts"))) spool.RemoveThrough(long.MaxValue);
        OpenFor("1/2");

        void OpenFor(string text)
        {
            Assert.True(CompanyPartition.TryParse(text, out var companies));
            SpoolingStore.Open(
                _directory.File("parts"), () => throw new StoreException("Not asked."), TimeProvider.System,
                companies: companies).Dispose();
        }
    }

    [Fact]
    public void Append_OfEveryKindOfEvent_IsReadAsItWasAfterARestart()
    {
        var events = Enumerable.Range(0, 10_000).Select(i => new EventToAppend(
            new(
                new(1 + (i % 3), long.MaxValue - (i % 5)),
                (Status)(1 + (i % 7)), (Origin)(1 + (i % 4)), i - 99, $"~{i}"),
            RecordedAtMs: i,
            AnyOccurredAt: i % 2 == 0)).ToList();
        using (var spool = SpoolFile.Open(_directory.Path))
        {
            Assert.All(spool.Append(events), result => Assert.True(result.IsSpooled));
            Assert.All(spool.Append(events[..10]), result => Assert.Equal(AppendOutcome.Duplicate, result.Outcome));
        }

        using (var spool = SpoolFile.Open(_directory.Path))
        {
            Assert.Equal(events.Count, spool.Count);
            Assert.Equal(events, spool.ReadAll().Select(spooled => spooled.ToAppend));
            Assert.Equal(events[..7], spool.ReadAfter(0, 7).Select(spooled => spooled.ToAppend));
            Assert.Equal(
                events.Where(one => one.Event.Agent == events[4].Event.Agent),
                spool.Read(events[4].Event.Agent).OrderBy(one => one.Event.OccurredAtMs));
        }
    }

    [Fact]
    public void RemoveThrough_TheLastOne_GivesTheDiskItsRoomBack()
    {
        var path = _directory.File(SpoolFile.FileName);
        using (var spool = SpoolFile.Open(_directory.Path))
        {
            var empty = spool.Bytes;
            spool.Append([.. Enumerable.Range(0, 60_000).Select(i => Event($"{i}-" + new string('x', 120)))]);
            Assert.InRange(spool.Bytes, 17 << 20, 64 << 20);

            spool.RemoveThrough(spool.ReadAfter(0, 40_000)[^1].Number);
            Assert.Equal(20_000, spool.Count);
            spool.RemoveThrough(long.MaxValue);

            Assert.Equal((0, empty), (spool.Count, spool.Bytes));
            Assert.InRange(new FileInfo(path).Length, 1, 1 << 20);
            spool.Append([Event("again")]);
        }

        using (var spool = SpoolFile.Open(_directory.Path))
            Assert.Equal("again", Assert.Single(spool.ReadAll()).ToAppend.Event.EventId);
    }

    [Fact]
    public void Append_ThatFails_TakesNothingAndTheNextOneWorks()
    {
        using var spool = SpoolFile.Open(_directory.Path);
        var impossible = Event("b") with { Event = Event("b").Event with { Origin = Origin.None } };

        Assert.Throws<StoreException>(() => spool.Append([Event("a"), impossible]));

        Assert.Equal(0, spool.Count);
        spool.Append([Event("c")]);
        Assert.Equal("c", Assert.Single(spool.ReadAll()).ToAppend.Event.EventId);
    }

    [Fact]
    public void Open_WhereAnotherServerIsOrAnotherFileLies_IsRefused()
    {
        using (SpoolFile.Open(_directory.Path))
        {
            var refused = Assert.Throws<StoreException>(() => SpoolFile.Open(_directory.Path));
            Assert.Contains("in use by another server", refused.Message);
        }

        using (SqliteStatusStore.Open(_directory.Path))
            Assert.Throws<StoreException>(() => SpoolFile.Open(_directory.Path));
        File.WriteAllText(_directory.File(SpoolFile.FileName), new string('x', 1_000));
        var foreign = Assert.Throws<StoreException>(() => SpoolFile.Open(_directory.Path));
        Assert.Contains("not a SQLite database", foreign.Message);
    }

    private static EventToAppend Event(string id) =>
        new(new(new(280197, 380171), Status.Busy, Origin.Agent, 5, id), RecordedAtMs: 6, AnyOccurredAt: false);
}
