namespace AgentStatus.Storage.Tests.Spool;

/// <content>Retractions, while the store does not answer and around that.</content>
public sealed partial class SpoolingStoreTests
{
    [Fact]
    public void Retract_DuringAnOutage_IsSpooledAndCountsWhenTheStoreIsBack()
    {
        Append(Event("a", 5), Event("b", 6));
        _database.Fault = Fault.Unreachable;

        Assert.Equal([new(true, null, IsSpooled: true)], _store.Retract([Retraction("b", "first")]));
        Assert.Equal([new(false, null, IsSpooled: true)], _store.Retract([Retraction("b", "second")]));
        Assert.Equal(1, _store.SpooledCount);

        Reopen(connect: false);
        _database.Fault = Fault.None;
        _store.Connect();
        _store.LoadRetractions();
        Assert.Equal(["a@5"], Describe(_store.ReadEvents(Agent, long.MinValue, long.MaxValue)));
        Assert.Equal([null, "first"], Reasons(_store));
        Assert.Equal([new(false, null, IsSpooled: true)], _store.Retract([Retraction("b", "third")]));

        var drained = _store.Drain(100);
        Assert.Equal((1, 1), (drained.Retractions, drained.Count));
        Assert.Equal([new(Agent, 6)], drained.Agents);
        Assert.Equal(0, _store.SpooledCount);
        Assert.Equal([null, "first"], Reasons(_database.Store!));
    }

    [Fact]
    public void Retract_DuringAnOutageThatTheCutPassesOver_ComesTooLate()
    {
        Append(Event("a", 5), Event("b", 200));
        _database.Fault = Fault.Unreachable;
        _store.Retract([Retraction("a"), Retraction("b")]);
        Recover();
        _store.Retention.Keep(new(100, null));

        Assert.Equal([new(Agent, 5)], _store.Drain(100).Agents);

        Assert.Equal(["a@5"], Describe(_store.ReadEvents(Agent, long.MinValue, long.MaxValue)));
        Assert.Equal([null, "wrong"], Reasons(_database.Store!));
    }

    [Fact]
    public void Retract_OfAnEventThatIsInTheSpool_KnowsIt()
    {
        _database.Fault = Fault.Unreachable;
        Append(Event("a", 5), Event("b", 6));

        var result = Assert.Single(_store.Retract([Retraction("b")]));
        Assert.Equal(new(true, Event("b", 6).Event, IsSpooled: true), result);
        Recover();
        Assert.Equal(["a@5"], Describe(_store.ReadEvents(Agent, long.MinValue, long.MaxValue)));
        Assert.Equal([null, "wrong"], Reasons(_store));

        // Retractions first, and then events: of each portion it is told whom it concerns.
        Assert.Equal(1, _store.Drain(100).Retractions);
        Assert.Equal([new(Agent, 5)], _store.Drain(100).Agents);
        Assert.Equal(["a@5"], Stored());
        Assert.Equal([null, "wrong"], Reasons(_database.Store!));
    }

    [Fact]
    public void Retract_InTheStore_KnowsAnEventThatIsStillInTheSpool()
    {
        _database.Fault = Fault.Unreachable;
        Append(Event("a", 5));
        Recover();

        Assert.Equal([new(true, Event("a", 5).Event)], _store.Retract([Retraction("a", "first")]));
        Assert.Equal([new(false, Event("a", 5).Event)], _store.Retract([Retraction("a", "second")]));

        Assert.Empty(_store.ReadEvents(Agent, long.MinValue, long.MaxValue));
        Assert.Equal(["first"], Reasons(_store));
        Assert.Equal([new(Agent, 5)], _store.Drain(100).Agents);
        Assert.Equal(["first"], Reasons(_store));
        Assert.Empty(Stored());
    }

    [Fact]
    public void Retract_WhoseAnswerGotLost_IsDrainedAndItsAgentTold()
    {
        Append(Event("a", 5));
        _database.NextWrite = () => Fault.LosesAnswer;

        Assert.Equal([new(true, null, IsSpooled: true)], _store.Retract([Retraction("a")]));
        _database.NextWrite = () => Fault.None;
        Recover();

        Assert.Equal([new(Agent, 5)], _store.Drain(100).Agents);
        Assert.Equal(["wrong"], Reasons(_store));
    }

    [Fact]
    public void Drain_WhoseEventsFail_HasToldOfTheRetractionsBefore()
    {
        Append(Event("a", 5));
        _database.Fault = Fault.Unreachable;
        _store.Retract([Retraction("a")]);
        Append(Event("c", 7, Colleague));
        Recover();
        var writes = 0;
        _database.NextWrite = () => ++writes == 2 ? Fault.Unreachable : Fault.None;

        var drained = new List<AgentChange>();
        WaitFor(() =>
        {
            drained.AddRange(_store.Drain(100).Agents);
            return _store.SpooledCount == 0;
        });

        Assert.Equal([new(Agent, 5), new(Colleague, 7)], drained);
    }

    [Fact]
    public void Drain_OfARetractionThatAnotherServerMadeToo_KeepsTheFirstInTheStore()
    {
        Append(Event("a", 5));
        _database.Fault = Fault.Unreachable;
        _store.Retract([Retraction("a", "spooled")]);
        _database.Store!.Retract([Retraction("a", "theirs")]);
        Recover();

        Assert.Equal([new(Agent, 5)], _store.Drain(100).Agents);
        Assert.Equal(["theirs"], Reasons(_store));
    }

    private static Retraction Retraction(string eventId, string reason = "wrong") =>
        new(Agent.CompanyId, eventId, reason, "Žofie", RecordedAtMs: 2_000);

    private static IEnumerable<string?> Reasons(IEventReader store) =>
        store.ReadHistory(Agent, EventPosition.Before(Limits.FirstInstantMs), long.MaxValue, 100)
            .Select(one => one.Retraction?.Reason);
}
