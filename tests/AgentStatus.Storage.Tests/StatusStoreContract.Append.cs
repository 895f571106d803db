namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    [Fact]
    public void Append_NewEvent_IsStored()
    {
        var added = Event(5, "a");

        Assert.Equal([new(AppendOutcome.Stored, added)], Append(added));

        AlsoAfterRestart(() => Assert.Equal([added], ReadAll()));
    }

    [Fact]
    public void Append_SameContentAgain_IsADuplicate()
    {
        var added = Event(5, "a");
        Append(added);

        Assert.Equal([new(AppendOutcome.Duplicate, added)], Append(added));

        AlsoAfterRestart(() => Assert.Equal([added], ReadAll()));
    }

    public static TheoryData<StatusEvent> OtherContents =>
    [
        Event(6, "a"),
        Event(5, "a", Origin.Supervisor),
        Event(5, "a", status: Status.Away),
        Event(5, "a", agent: Agent with { AgentId = 1 }),
    ];

    [Theory]
    [MemberData(nameof(OtherContents), DisableDiscoveryEnumeration = true)]
    public void Append_SameIdWithOtherContent_IsAConflictAndTheStoredOneStands(StatusEvent other)
    {
        var added = Event(5, "a");
        Append(added);

        Assert.Equal([new(AppendOutcome.Conflict, added)], Append(other));

        AlsoAfterRestart(() =>
        {
            Assert.Equal([added], ReadAll());
            Assert.Single(Store.ReadMemory(long.MinValue));
        });
    }

    [Theory]
    [MemberData(nameof(OtherContents), DisableDiscoveryEnumeration = true)]
    public void Append_AnyOccurredAt_IgnoresTheInstantAndNothingElse(StatusEvent other)
    {
        var added = Event(5, "a");
        Append(added);

        var results = Store.Append([new(other, 2_000, AnyOccurredAt: true)]);

        var expected = other with { OccurredAtMs = 5 } == added ? AppendOutcome.Duplicate : AppendOutcome.Conflict;
        Assert.Equal([new(expected, added)], results);
        AlsoAfterRestart(() => Assert.Equal([added], ReadAll()));
    }

    [Fact]
    public void Append_TheSameIdTwiceInABatch_StoresTheFirst()
    {
        var added = Event(5, "a");
        var next = Event(7, "b");
        var other = Event(6, "a");

        var results = Append(added, added, other, next);

        Assert.Equal(
            [
                new(AppendOutcome.Stored, added),
                new(AppendOutcome.Duplicate, added),
                new(AppendOutcome.Conflict, added),
                new(AppendOutcome.Stored, next),
            ],
            results);
        AlsoAfterRestart(() => Assert.Equal([added, next], ReadAll()));
    }

    [Fact]
    public void Append_TheSameIdInAnotherCompany_IsAnotherEvent()
    {
        var added = Event(5, "a");
        var elsewhere = Event(9, "a", agent: Agent with { CompanyId = 1 });

        Assert.All(Append(added, elsewhere), result => Assert.Equal(AppendOutcome.Stored, result.Outcome));

        AlsoAfterRestart(() =>
        {
            Assert.Equal([added], ReadAll());
            Assert.Equal([elsewhere], ReadAll(elsewhere.Agent));
        });
    }

    [Fact]
    public void Append_ExtremeInstantsAndIds_AreKeptExactly()
    {
        var agent = new AgentKey(long.MaxValue, long.MaxValue);
        var first = Event(DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), new('~', 128), agent: agent);
        var last = Event(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), " ", Origin.Call, Status.OnCall, agent);

        Append(last, first);

        AlsoAfterRestart(() =>
        {
            Assert.Equal([first, last], ReadAll(agent));
            Assert.Equal([first, last], Store.ReadEvents(agent, first.OccurredAtMs, last.OccurredAtMs + 1));
            Assert.Equal(agent, Assert.Single(Store.ReadMemory(long.MaxValue)).Agent);
        });
    }

    [Fact]
    public void Append_IdsThatDifferInTheirLastCharacterOrCase_AreDifferent()
    {
        var stem = new string('x', 127);
        string[] ids = [stem + "A", stem + "a", stem + "B", "'\"$%\\{}"];

        Append([.. ids.Select((id, i) => Event(i, id))]);

        AlsoAfterRestart(() => Assert.Equal(ids, Ids(ReadAll())));
    }
}
