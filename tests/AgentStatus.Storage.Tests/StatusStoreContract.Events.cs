namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    [Fact]
    public void ReadEvents_OfOneMillisecond_AreInOrderOfTheirIdsAsAsciiBytes()
    {
        Append(
            Event(5, "aa", Origin.Agent),
            Event(5, "a", Origin.Call),
            Event(5, "b", Origin.App),
            Event(5, "Z", Origin.Supervisor),
            Event(5, "!", Origin.Agent),
            Event(5, "_", Origin.App));

        AlsoAfterRestart(() => Assert.Equal(["!", "Z", "_", "a", "aa", "b"], Ids(ReadAll())));
    }

    [Fact]
    public void ReadEvents_OfARange_GivesItsStartAndNotItsEnd()
    {
        Append(Event(10, "start"), Event(19, "inside"), Event(20, "end"));

        AlsoAfterRestart(() => Assert.Equal(["start", "inside"], Ids(Store.ReadEvents(Agent, 10, 20))));
    }

    [Fact]
    public void ReadEvents_OfARange_IsPrecededByTheLastEventOfEachOrigin()
    {
        Append(
            Event(1, "agent old"), Event(4, "agent last"),
            Event(3, "supervisor", Origin.Supervisor),
            Event(2, "app tie 1", Origin.App), Event(2, "app tie 2", Origin.App),
            Event(10, "in range", Origin.App),
            Event(20, "later", Origin.Call));

        AlsoAfterRestart(() => Assert.Equal(
            ["app tie 2", "supervisor", "agent last", "in range"], Ids(Store.ReadEvents(Agent, 10, 20))));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5)]
    public void ReadEvents_OfAnEmptyRange_GivesTheLastEventsBeforeIt(long toMs)
    {
        Append(Event(9, "agent"), Event(10, "in no range"), Event(8, "app", Origin.App));

        AlsoAfterRestart(() => Assert.Equal(["app", "agent"], Ids(Store.ReadEvents(Agent, 10, toMs))));
    }

    [Fact]
    public void ReadEvents_OfOneAgent_GivesNoOthers()
    {
        var sameIdElsewhere = new AgentKey(1, Agent.AgentId);
        var colleague = new AgentKey(Agent.CompanyId, 1);
        Append(Event(5, "a"), Event(5, "b", agent: sameIdElsewhere), Event(5, "c", agent: colleague));

        AlsoAfterRestart(() =>
        {
            Assert.Equal(["a"], Ids(ReadAll()));
            Assert.Equal(["b"], Ids(ReadAll(sameIdElsewhere)));
            Assert.Equal(["c"], Ids(ReadAll(colleague)));
        });
    }

    [Fact]
    public void ReadEvents_OfRandomEvents_EqualsANaiveSelection() => Seeds.ForEach(1, random =>
    {
        var events = RandomEvents(random, 400);
        Append(events);

        AlsoAfterRestart(() =>
        {
            for (var round = 0; round < 100; round++)
            {
                var agent = events[random.Next(events.Count)].Agent;
                var fromMs = random.Next(-1, RandomSpanMs + 2);
                var toMs = random.Next(-1, RandomSpanMs + 2);
                Assert.Equal(
                    Select(events, agent, fromMs).Where(read => read.OccurredAtMs < Math.Max(fromMs, toMs)),
                    Store.ReadEvents(agent, fromMs, toMs));
            }
        });
    });

    /// <summary>The rule that ReadEvents and ReadMemory share, as simply as it can be said.</summary>
    private static IEnumerable<StatusEvent> Select(IEnumerable<StatusEvent> events, AgentKey agent, long fromMs)
    {
        var ordered = events.Where(one => one.Agent == agent).ToList();
        ordered.Sort(StatusEvent.Compare);
        var before = ordered.FindAll(one => one.OccurredAtMs < fromMs);
        var left = before.FindLastIndex(one => one.Status == Status.Left);
        var known = before[(left + 1)..];
        var carried = known.GroupBy(one => one.Origin).Select(group => group.Last()).ToHashSet();
        if (left >= 0) carried.Add(before[left]);
        var apps = known.FindAll(one => one.Origin is Origin.App or Origin.Agent);
        if (apps.Count > 0 && apps[^1].DeviceId.Length > 0)
            carried.UnionWith(apps[Math.Max(0, apps.FindLastIndex(one => one.DeviceId.Length == 0))..]);
        if (known.TrueForAll(one => one.Origin == Origin.Call) && known.Count > 0)
            carried.UnionWith(known[Math.Max(0, known.FindLastIndex(IsEnd))..]);
        return ordered.Where(one => one.OccurredAtMs >= fromMs || carried.Contains(one));

        static bool IsEnd(StatusEvent one) => one.Status is not (Status.OnCall or Status.WrapUp);
    }
}
