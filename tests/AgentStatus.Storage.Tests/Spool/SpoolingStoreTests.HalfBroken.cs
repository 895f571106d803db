using System.Diagnostics;

namespace AgentStatus.Storage.Tests.Spool;

/// <summary>A store of which some reads fail each time, while it takes writes and answers probes.</summary>
public sealed partial class SpoolingStoreTests
{
    [Fact]
    public void Append_WhereWhatStoodThereCannotBeRead_IsSpooledAndHoldsBackNothingElse()
    {
        _database.ReadsOfWritesFail = true;
        Assert.True(Append(Event("a", 5))[0].IsSpooled);
        _database.ReadsOfWritesFail = false;

        Assert.True(_store.IsReachable);
        Assert.False(Append(Event("b", 6))[0].IsSpooled);
        Assert.Empty(_log);
        Assert.Equal(1, _failedReads);
        Assert.Equal(1, _store.Drain(10).Identical);
    }

    [Fact]
    public void Drain_OfAPortionThatCannotBeRead_ComesAgainLaterEachTimeAndStopsNoWrites()
    {
        _database.ReadsOfWritesFail = true;
        Append(Event("a", 5));
        var asked = _database.Asked;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < 1) Assert.Equal(0, _store.Drain(10).Count);

        // At 5, 10, 20, 40, 80 and then 150 ms: without a longer wait it would be thousands.
        Assert.InRange(_database.Asked - asked, 3, 14);
        Assert.True(_store.IsReachable);
        Assert.Empty(_log);
        _database.ReadsOfWritesFail = false;
        Assert.False(Append(Event("b", 6))[0].IsSpooled);
        WaitFor(() => _store.Drain(10).Count == 1);
        Assert.Equal(0, _store.SpooledCount);
    }

    [Fact]
    public void Circuit_ThatOpensAgainAndAgainAlthoughProbesAreAnswered_IsProbedMoreAndMoreSeldom()
    {
        var outages = 0;
        _database.NextWrite = () => Fault.Unreachable;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < 1)
        {
            WaitFor(() => _store.IsReachable);
            Append(Event($"{outages++}", 5));
        }

        Assert.InRange(outages, 3, 14);
        _database.NextWrite = () => Fault.None;
        WaitFor(() => _store.IsReachable);
        WaitFor(() => _store.Drain(100).Count == 0 && _store.SpooledCount == 0);
        Assert.Equal(2 * outages, _log.Count);
    }

    [Fact]
    public void ReadMemory_ThatFailsMidway_IsTold()
    {
        Append(Event("a", 5));
        _database.ReadsFail = true;

        Assert.Throws<StoreUnreachableException>(() => _store.ReadMemory(0).ToList());

        Assert.Equal(1, _failedReads);
        Assert.False(Append(Event("b", 6))[0].IsSpooled);
    }
}
