namespace AgentStatus.Storage.Tests.Spool;

public sealed partial class SpoolingStoreTests
{
    [Fact]
    public void Drain_TakesTheOldestFirstInPortions()
    {
        Spool(Event("c", 5), Event("a", 6), Event("b", 7, Colleague));

        var first = _store.Drain(2);

        Assert.Equal([new(Agent, 5)], first.Agents);
        Assert.Equal(["c@5", "a@6"], Stored());
        Assert.Equal(["b@7"], Spooled());
        Assert.Equal([new(Colleague, 7)], _store.Drain(2).Agents);
        Assert.Equal(0, _store.Drain(2).Count);
    }

    [Fact]
    public void Drain_OfAnIdThatHasOtherContentInTheStore_RejectsIt()
    {
        Spool(Event("a", 5), Event("b", 6));
        _database.Append([Event("a", 4, Colleague)]);

        var drained = _store.Drain(10);

        Assert.Equal((1, 0), (drained.Stored, drained.Identical));
        var rejected = Assert.Single(drained.Rejected);
        Assert.Equal(Event("a", 5).Event, rejected.Event);
        Assert.Equal(1_000, rejected.RecordedAtMs);
        Assert.InRange(rejected.RejectedAtMs, 1_700_000_000_000, long.MaxValue);
        Assert.Equal([rejected], _database.Rejected.Values);
        Assert.Equal([new(Agent, 5), new(Colleague, 4)], drained.Agents);
        Assert.Equal(["b@6"], Stored());
        Assert.Equal(["a@4"], Stored(Colleague));
        Assert.Empty(Spooled());
    }

    [Fact]
    public void Drain_OfAnEventWithoutOccurredAtThatIsStoredWithAnother_TakesTheStoredOne()
    {
        Spool(Event("a", 5, any: true), Event("b", 6));
        _database.Append([Event("a", 3, any: true)]);
        _database.Append([Event("b", 8, any: true)]);

        var drained = _store.Drain(10);

        Assert.Equal((0, 1, 1), (drained.Stored, drained.Identical, drained.Rejected.Count));
        Assert.Equal([new(Agent, 3)], drained.Agents);
        Assert.Equal(["a@3", "b@8"], Stored());
    }

    [Theory]
    [InlineData(nameof(Fault.Unreachable), 0)]
    [InlineData(nameof(Fault.LosesAnswer), 0)]
    public void Drain_NotConfirmed_RemovesNothingAndTheNextOneFinishesIt(string fault, int confirmedWrites)
    {
        Spool(Event("a", 5), Event("b", 6));
        _database.Append([Event("b", 7)]);
        _database.NextWrite = () => confirmedWrites-- > 0 ? Fault.None : Enum.Parse<Fault>(fault);

        Assert.Equal(0, _store.Drain(10).Count);

        Assert.Contains("degraded: told to fail: " + fault, _log);
        Assert.Equal(["a@5", "b@6"], Spooled());
        _database.NextWrite = () => Fault.None;
        Recover();
        Reopen();
        Assert.Equal(2, _store.Drain(10).Count);
        Assert.Equal(["a@5", "b@7"], Stored());
        Assert.Equal([Event("b", 6).Event], _database.Rejected.Keys);
        Assert.Empty(Spooled());
    }

    [Fact]
    public void ReadEvents_WithEventsInTheSpool_GivesThemInOrder()
    {
        Append(Event("app", 1, origin: Origin.App), Event("old", 2), Event("in both", 11), Event("last", 19));
        Spool(
            Event("newer", 3), Event("older app", 0, origin: Origin.App), Event("z", 11), Event("in both", 11),
            Event("end", 20), Event("other", 12, Colleague));

        Assert.Equal(["app@1", "newer@3", "in both@11", "z@11", "last@19"], Describe(_store.ReadEvents(Agent, 10, 20)));
        Assert.Equal(["app@1", "newer@3"], Describe(_store.ReadEvents(Agent, 10, 10)));
        Assert.Equal(["app@1", "newer@3"], Describe(_store.ReadEvents(Agent, 10, 0)));

        _store.Drain(100);
        Assert.Equal(["app@1", "newer@3", "in both@11", "z@11", "last@19"], Describe(_store.ReadEvents(Agent, 10, 20)));
    }

    private void Spool(params IReadOnlyList<EventToAppend> events)
    {
        _database.Fault = Fault.Unreachable;
        Append(events);
        Recover();
    }
}
