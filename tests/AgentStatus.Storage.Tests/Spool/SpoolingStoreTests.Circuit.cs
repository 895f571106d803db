namespace AgentStatus.Storage.Tests.Spool;

public sealed partial class SpoolingStoreTests
{
    [Fact]
    public void Outage_IsToldOnceAndItsEndOnce()
    {
        Assert.Null(_store.DegradedFor);
        _database.Fault = Fault.Unreachable;
        Append(Event("a", 5));
        Append(Event("b", 6));

        Assert.False(_store.IsReachable);
        Assert.NotNull(_store.DegradedFor);
        Recover();

        Assert.Null(_store.DegradedFor);
        Assert.Equal(["degraded: told to fail: Unreachable", "recovered"], _log);
        Assert.False(Append(Event("c", 7))[0].IsSpooled);
    }

    [Fact]
    public void ReadEvents_NotAnswered_HasTheStoreProbed()
    {
        _database.Fault = Fault.Unreachable;

        Assert.Throws<StoreUnreachableException>(() => _store.ReadEvents(Agent, 0, 10));

        WaitFor(() => !_store.IsReachable);
        Recover();
        Assert.Equal(["degraded: told not to answer", "recovered"], _log);
    }

    [Fact]
    public void ReadEvents_NotAnsweredByAStoreThatAnswersTheProbe_DegradesNothing()
    {
        _database.ReadsFail = true;

        Assert.Throws<StoreUnreachableException>(() => _store.ReadEvents(Agent, 0, 10));
        WaitFor(() => _database.Probes > 0);
        _database.ReadsFail = false;

        Assert.False(Append(Event("a", 5))[0].IsSpooled);
        Assert.Empty(_log);
    }

    [Fact]
    public void AddHours_NotConfirmed_ThrowsAndOpensTheCircuit()
    {
        _database.Fault = Fault.LosesAnswer;

        Assert.Throws<StoreUnreachableException>(() => _store.AddHours(new(1, 1, 50, "{}")));

        Assert.False(_store.IsReachable);
        Recover();
        Assert.Equal([new(1, 1, 50, "{}")], _store.ReadHours());
    }

    [Fact]
    public void Store_BeforeItIsConnected_TakesEventsAndNothingElse()
    {
        _database.Fault = Fault.Unreachable;
        Reopen(connect: false);
        Assert.Throws<StoreUnreachableException>(_store.Connect);

        Assert.True(Append(Event("a", 5))[0].IsSpooled);

        Assert.False(_store.IsReachable);
        Assert.NotEmpty(_store.Description);
        Assert.Throws<StoreUnreachableException>(() => _store.ReadMemory(0));
        Assert.Throws<StoreUnreachableException>(() => _store.ReadEvents(Agent, 0, 10));
        Assert.Throws<StoreUnreachableException>(() => _store.Probe());
        _database.Fault = Fault.None;
        Assert.Equal(0, _store.Drain(10).Count);
        _store.Connect();
        _store.Connect();
        Assert.True(_store.IsReachable);
        Assert.Equal(1, _store.Drain(10).Stored);
        Assert.Equal(["a@5"], Stored());
    }
}
