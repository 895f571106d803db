namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    [Fact]
    public void Retract_OfAnEvent_TakesItOutOfAllThatIsRead()
    {
        Append(Event(5, "a"), Event(6, "b"), Event(7, "c"));

        Assert.Equal([new(IsNew: true, Event(6, "b"))], Retract(Retraction("b")));

        AlsoAfterLoading(() =>
        {
            Assert.Equal(["a", "c"], Ids(ReadAll()));
            Assert.Equal(["a"], Ids(Store.ReadEvents(Agent, 7, 7)));
            Assert.Equal([5, 7], Store.ReadMemory(7).Single().Events.Select(read => read.OccurredAtMs));
        });
    }

    [Fact]
    public void Retract_Again_IsNotNewAndKeepsTheFirstReason()
    {
        var first = Retraction("a", "first");
        Append(Event(5, "a"));
        Retract(first);

        Assert.Equal([new(IsNew: false, Event(5, "a"))], Retract(Retraction("a", "second", 3_000)));

        AlsoAfterLoading(() => Assert.Equal([new(Event(5, "a"), 1_000, first)], History()));
    }

    [Fact]
    public void Retract_BeforeItsEvent_TakesTheEventOutWhenItComes()
    {
        var early = Retraction("a");
        Assert.Equal([new(IsNew: true, null)], Retract(early));
        Assert.Equal([new(IsNew: false, null)], Retract(Retraction("a", "again")));

        Assert.Equal([new(AppendOutcome.Stored, Event(5, "a"))], Append(Event(5, "a")));

        AlsoAfterLoading(() =>
        {
            Assert.Empty(ReadAll());
            Assert.DoesNotContain(Store.ReadMemory(long.MinValue), read => read.Events.Count > 0);
            Assert.Equal([new(Event(5, "a"), 1_000, early)], History());
        });
    }

    [Fact]
    public void Retract_SeveralAtOnce_TakesThemInOrder()
    {
        var elsewhere = new AgentKey(1, Agent.AgentId);
        Append(Event(5, "a"), Event(6, "b"), Event(7, "a", agent: elsewhere));

        var results = Retract(
            Retraction("b", "first"), Retraction("none"), Retraction("b", "second"), Retraction("none"));

        Assert.Equal(
            [new(true, Event(6, "b")), new(true, null), new(false, Event(6, "b")), new(false, null)], results);
        AlsoAfterLoading(() =>
        {
            Assert.Equal(["a"], Ids(ReadAll()));
            Assert.Equal("first", History()[^1].Retraction?.Reason);
        });
    }

    [Fact]
    public void Retract_OfAnotherCompanysId_ConcernsThatOneAlone()
    {
        var elsewhere = new AgentKey(1, Agent.AgentId);
        Append(Event(5, "a"), Event(6, "a", agent: elsewhere));

        var result = Retract(Retraction("a") with { CompanyId = elsewhere.CompanyId });

        Assert.Equal([new(true, Event(6, "a", agent: elsewhere))], result);
        AlsoAfterLoading(() =>
        {
            Assert.Equal(["a"], Ids(ReadAll()));
            Assert.Empty(ReadAll(elsewhere));
            Assert.Equal([new(Event(5, "a"), 1_000, null)], History());
        });
    }

    [Fact]
    public void Append_OfARetractedEventAgain_IsADuplicate()
    {
        Append(Event(5, "a"));
        Retract(Retraction("a"));

        Assert.Equal([new(AppendOutcome.Duplicate, Event(5, "a"))], Append(Event(5, "a")));
        Assert.Equal([new(AppendOutcome.Conflict, Event(5, "a"))], Append(Event(6, "a")));

        AlsoAfterLoading(() => Assert.Empty(ReadAll()));
    }

    /// <summary>Of a long history, which a store steps over.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void ReadMemory_WhereTheLastOldEventsAreRetracted_GivesTheOnesBefore(int old)
    {
        Append([.. Enumerable.Range(0, old).Select(i => Event(i, $"{i:000}", (Origin)(1 + (i % 2))))]);
        Append(Event(1_000, "recent"));
        Retract(Retraction($"{old - 1:000}"), Retraction($"{old - 3:000}"));

        AlsoAfterLoading(() => Assert.Equal(
            [old - 5, old - 2, 1_000], Store.ReadMemory(900).Single().Events.Select(read => read.OccurredAtMs)));
    }

    [Fact]
    public void Reads_OfRandomEventsAndRetractions_EqualANaiveSelection() => Seeds.ForEach(1, random =>
    {
        var events = RandomEvents(random, 1_000);
        var retracted = events.Where(_ => random.Next(4) == 0)
            .Select(e => (e.Agent.CompanyId, e.EventId)).ToHashSet();
        var retractions = retracted.Select(id => Retraction(id.EventId) with { CompanyId = id.CompanyId }).ToArray();
        random.Shuffle(retractions);
        Retract(retractions[..(retractions.Length / 2)]);
        Append(events);
        Retract(retractions[(retractions.Length / 3)..]);
        var counting = events.FindAll(e => !retracted.Contains((e.Agent.CompanyId, e.EventId)));

        AlsoAfterLoading(() =>
        {
            for (var round = 0; round < 50; round++)
            {
                var agent = events[random.Next(events.Count)].Agent;
                var fromMs = random.Next(-1, RandomSpanMs + 2);
                var toMs = random.Next(-1, RandomSpanMs + 2);
                Assert.Equal(
                    Select(counting, agent, fromMs).Where(read => read.OccurredAtMs < Math.Max(fromMs, toMs)),
                    Store.ReadEvents(agent, fromMs, toMs));
            }

            foreach (var horizonMs in (long[])[long.MinValue, RandomSpanMs / 3, RandomSpanMs - 2, long.MaxValue])
            {
                Assert.Equal(
                    counting.Select(one => one.Agent).Distinct().Order().Select(
                        agent => Describe(agent, Select(counting, agent, horizonMs).Select(MemoryEvent.Of))),
                    Store.ReadMemory(horizonMs).Where(read => read.Events.Count > 0)
                        .Select(read => Describe(read.Agent, read.Events)));
            }
        });
    });

    [Fact]
    public void ReadHistory_PageByPage_GivesAllThatIsStoredInOrder() => Seeds.ForEach(1, random =>
    {
        var stored = RandomEvents(random, 400).Select((e, i) => new StoredEvent(
            e with { Actor = i % 3 == 0 ? "Žofie" : "" },
            1_000 + i,
            random.Next(4) > 0
                ? null
                : Retraction(e.EventId, $"reason {i}", i) with { CompanyId = e.Agent.CompanyId }))
            .ToList();
        Retract([.. stored.Where((one, i) => one.Retraction is not null && i % 2 == 0).Select(one => one.Retraction!)]);
        Store.Append([.. stored.Select(one => new EventToAppend(one.Event, one.RecordedAtMs, false))]);
        Retract([.. stored.Where((one, i) => one.Retraction is not null && i % 2 > 0).Select(one => one.Retraction!)]);
        stored.Sort((left, right) => StatusEvent.Compare(left.Event, right.Event));

        AlsoAfterLoading(() =>
        {
            for (var round = 0; round < 20; round++)
            {
                var agent = stored[random.Next(stored.Count)].Event.Agent;
                var fromMs = random.Next(-1, RandomSpanMs);
                var toMs = random.Next(-1, RandomSpanMs + 2);
                Assert.Equal(
                    stored.Where(one => one.Event.Agent == agent
                        && one.Event.OccurredAtMs >= fromMs && one.Event.OccurredAtMs < toMs),
                    ReadPages(agent, fromMs, toMs, random.Next(1, 30)));
            }
        });
    });

    protected static Retraction Retraction(string eventId, string reason = "wrong agent", long recordedAtMs = 2_000) =>
        new(Agent.CompanyId, eventId, reason, "", recordedAtMs);

    /// <summary>Asserts now, and again after a restart that loads what is retracted.</summary>
    private void AlsoAfterLoading(Action assert) => AlsoAfterRestart(() =>
    {
        Store.LoadRetractions();
        assert();
    });

    private IReadOnlyList<RetractResult> Retract(params IReadOnlyList<Retraction> retractions) =>
        Store.Retract(retractions);

    private List<StoredEvent> History() => ReadPages(Agent, Limits.FirstInstantMs, long.MaxValue, 100);

    private List<StoredEvent> ReadPages(AgentKey agent, long fromMs, long toMs, int most)
    {
        var all = new List<StoredEvent>();
        var after = EventPosition.Before(fromMs);
        while (Store.ReadHistory(agent, after, toMs, most) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, most);
            all.AddRange(page);
            after = EventPosition.Of(page[^1].Event);
        }

        return all;
    }
}
