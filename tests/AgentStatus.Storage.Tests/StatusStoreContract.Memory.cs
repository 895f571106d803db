namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    /// <summary>Short, so that many events share a millisecond.</summary>
    private const int RandomSpanMs = 60;

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(1)]
    [InlineData(RandomSpanMs / 2)]
    [InlineData(RandomSpanMs - 2)]
    [InlineData(long.MaxValue)]
    public void ReadMemory_OfRandomEvents_EqualsANaiveSelection(long horizonMs) => Seeds.ForEach(1, random =>
    {
        var events = RandomEvents(random, 2_000);
        Append(events);
        var expected = events.Select(one => one.Agent).Distinct().Order()
            .Select(agent => Describe(agent, Select(events, agent, horizonMs).Select(MemoryEvent.Of)));

        AlsoAfterRestart(() => Assert.Equal(expected, Remember(horizonMs)));
    });

    [Fact]
    public void ReadMemory_OfOneMillisecond_IsInOrderOfTheIds()
    {
        Append(
            Event(5, "b", Origin.Agent, Status.Busy),
            Event(5, "a", Origin.Call, Status.OnCall),
            Event(5, "aa", Origin.App, Status.Idle),
            Event(5, "Z", Origin.Supervisor, Status.Away));

        AlsoAfterRestart(() => Assert.Equal(
            [Status.Away, Status.OnCall, Status.Idle, Status.Busy],
            Store.ReadMemory(0).Single().Events.Select(read => read.Status)));
    }

    [Fact]
    public void ReadMemory_BehindLongHistory_GivesItsLastEventAndTheRecentOnes()
    {
        var other = Agent with { AgentId = Agent.AgentId + 1 };
        Append([.. Enumerable.Range(0, 300).Select(i => Event(i, $"{i:000}", (Origin)(1 + (i % 3))))]);
        Append(Event(250, "other", agent: other));

        AlsoAfterRestart(() => Assert.Equal(
            [
                Describe(Agent, [
                    new(294, Status.Busy, Origin.Agent), new(295, Status.Busy, Origin.Supervisor),
                    new(296, Status.Busy, Origin.App), new(297, Status.Busy, Origin.Agent),
                    new(298, Status.Busy, Origin.Supervisor), new(299, Status.Busy, Origin.App),
                ]),
                Describe(other, [new(250, Status.Busy, Origin.Agent)]),
            ],
            Remember(297)));
    }

    /// <summary>More companies, and more agents of one, than a store is likely to read in one go.</summary>
    [Fact]
    public void ReadMemory_OfManyCompanies_GivesEachAgentOnceAndInOrder()
    {
        AgentKey[] agents =
        [
            .. Enumerable.Range(1, 20).Select(company => new AgentKey(company, 7)),
            .. Enumerable.Range(8, 120).Select(agent => new AgentKey(3, agent)),
        ];
        Append([.. agents.Select(agent => Event(5, $"{agent.AgentId}", agent: agent))]);

        AlsoAfterRestart(() => Assert.Equal(agents.Order(), Store.ReadMemory(9).Select(read => read.Agent)));
    }

    /// <summary>Ids that are near one another, far apart, and the greatest there are.</summary>
    [Fact]
    public void ReadMemory_InParts_GivesEachAgentOnce() => Seeds.ForEach(5, random =>
    {
        long[] companies = [1, 2, random.NextInt64(3, long.MaxValue), long.MaxValue];
        var prefix = random.Next();
        Append([.. Enumerable.Range(0, 400).Select(i => Event(
            random.Next(RandomSpanMs),
            $"{prefix}-{i}",
            (Origin)random.Next(1, 6),
            agent: new(
                companies[random.Next(companies.Length)],
                random.Next(10) == 0 ? random.NextInt64(1, long.MaxValue) : random.Next(1, 90))))]);
        Append(Event(5, $"{prefix}-last", agent: new(long.MaxValue, long.MaxValue)));

        AlsoAfterRestart(() =>
        {
            foreach (var horizonMs in (long[])[long.MinValue, RandomSpanMs / 2])
                Assert.Equal(Remember(horizonMs).Order(), RememberInParts(horizonMs, random.Next(1, 5)).Order());
        });
    });

    [Fact]
    public void ReadMemory_LeftHalfway_LeavesTheStoreUsable()
    {
        Append(Event(5, "a"), Event(5, "b", agent: new(1, 1)));

        for (var i = 0; i < 20; i++) Assert.Equal(new(1, 1), Store.ReadMemory(0).First().Agent);

        AlsoAfterRestart(() => Assert.Equal(2, Store.ReadMemory(0).Count()));
    }

    private static string Describe(AgentKey agent, IEnumerable<MemoryEvent> events) => string.Join(' ',
        events.Select(one => $"{one}")
            .Prepend($"{agent.CompanyId}/{agent.AgentId}"));

    private static List<StatusEvent> RandomEvents(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(i => RandomEvent(random, i))];

    /// <summary>Some agents name devices and calls, others do not.</summary>
    private static StatusEvent RandomEvent(Random random, int number)
    {
        var agent = new AgentKey(random.Next(1, 4), random.Next(1, 6));
        var origin = (Origin)random.Next(1, 6);
        var hasLeft = origin is Origin.Supervisor or Origin.System && random.Next(20) == 0;
        var hasDevice = origin is Origin.App or Origin.Agent && agent.AgentId > 2 && random.Next(8) > 0;
        var id = $"{(char)random.Next('!', '~')}{(char)random.Next('!', '~')}{number}";
        return new(agent, hasLeft ? Status.Left : (Status)random.Next(1, 8), origin, random.Next(RandomSpanMs), id)
        {
            Sequence = agent.AgentId % 2 == 0 ? random.Next(-2, 3) : 0,
            DeviceId = hasDevice ? $"device {random.Next(3)}" : "",
            CallId = origin == Origin.Call ? random.Next(3) : 0,
            Label = origin == Origin.System ? "Mittag\u00e9" : "",
        };
    }

    /// <summary>Each agent is described before the next is read: the buffer is the reader's.</summary>
    private List<string> Remember(long horizonMs) =>
        [.. Store.ReadMemory(horizonMs).Select(read => Describe(read.Agent, read.Events))];

    /// <summary>One agent of each part in turn, so that all have some.</summary>
    private List<string> RememberInParts(long horizonMs, int readers)
    {
        var read = new List<string>();
        var parts = Store.ReadMemory(horizonMs, readers).Select(part => part.GetEnumerator()).ToList();
        Assert.InRange(parts.Count, 1, readers);
        while (parts.Count > 0)
            for (var i = parts.Count - 1; i >= 0; i--)
                if (parts[i].MoveNext())
                {
                    read.Add(Describe(parts[i].Current.Agent, parts[i].Current.Events));
                }
                else
                {
                    parts[i].Dispose();
                    parts.RemoveAt(i);
                }

        return read;
    }
}
