using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    /// <summary>How much earlier than the cut events begin to be needed.</summary>
    private const long ReachMs = (2 * Limits.OnCallMs) + 60_000;

    private const int RetentionAgents = 20;

    private IRetentionStore Retention
    {
        get
        {
            Assert.SkipWhen(Store.Retention is null, "This store keeps all.");
            return Store.Retention!;
        }
    }

    [Fact]
    public void Keep_OfACut_NeverGoesBack()
    {
        Assert.Equal(new RetentionState(null, null), Retention.Read());
        Retention.Keep(new(null, 9_000));
        Retention.Keep(new(5_000, null));
        Retention.Keep(new(4_000, 8_000));
        AlsoAfterRestart(() => Assert.Equal(new RetentionState(5_000, 9_000), Retention.Read()));
    }

    [Fact]
    public void Delete_OfRandomHistories_LeavesWhatAnswersFromTheCutOn() => Seeds.ForEach(1, random =>
    {
        var company = random.NextInt64(1, long.MaxValue);
        var eventsFromMs = RandomHistory.StartMs + random.NextInt64(0, 3 * Limits.OnCallMs);
        long[] shifts = [0, eventsFromMs - RandomHistory.StartMs];
        var events = (
            from agentId in Enumerable.Range(1, RetentionAgents)
            from shiftMs in shifts
            from e in RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs)
            select e with
            {
                Agent = new(company, agentId),
                EventId = $"{agentId}-{shiftMs}-{e.EventId}",
                OccurredAtMs = e.OccurredAtMs + shiftMs,
            }).ToList();
        Append(events);
        var retracted = events.Where(_ => random.Next(6) == 0).ToList();
        Retract([.. retracted.Select(e => new Retraction(company, e.EventId, "wrong", "", 2_000))]);
        var cutMs = eventsFromMs + ReachMs;
        var expected = Answers(company, eventsFromMs, cutMs);
        Retention.Keep(new(cutMs, cutMs));

        // It ends anywhere, as in a crash.
        for (var stopped = 0; stopped < 4; stopped++)
        {
            foreach (var _ in Retention.Delete(cutMs, eventsFromMs, () => random.Next(1, 12)))
            {
                Assert.Equal(expected, Answers(company, eventsFromMs, cutMs));
                if (random.Next(6) == 0) break;
            }

            AlsoAfterLoading(() => Assert.Equal(expected, Answers(company, eventsFromMs, cutMs)));
        }

        DeleteAll(cutMs, eventsFromMs);
        AlsoAfterLoading(() => Assert.Equal(expected, Answers(company, eventsFromMs, cutMs)));
        var left = ReadPagesOf(company, eventsFromMs);
        Assert.DoesNotContain(left, one => retracted.Contains(one.Event));
        Assert.Equal(0, DeleteAll(cutMs, eventsFromMs));
    });

    [Fact]
    public void Delete_WhereEveryEventNamesADevice_LeavesThoseThatAreKnownLast()
    {
        Append([.. Enumerable.Range(0, 400).Select(i => Event(
            i, $"{i:000}", i % 7 == 0 ? Origin.Agent : Origin.App, i % 3 > 0 ? Status.Offline : Status.Online)
            with { DeviceId = $"tab-{i / 4}" })]);
        Retention.Keep(new(1_000, null));
        var expected = Answers(Agent.CompanyId, 1_000, 1_000, atMs: 1_000);

        Assert.InRange(DeleteAll(1_000, 1_000), 400 - (2 * Limits.AgentDevices), 399);

        AlsoAfterLoading(() => Assert.Equal(expected, Answers(Agent.CompanyId, 1_000, 1_000, atMs: 1_000)));
    }

    [Fact]
    public void Delete_OfAnAgentWhoLeft_LeavesNothingUnlessTheAgentCameBack()
    {
        var back = Agent with { AgentId = 1 };
        Append(Event(5, "a"), Event(6, "left", Origin.Supervisor, Status.Left));
        Append(Event(5, "b", agent: back), Event(6, "gone", Origin.Supervisor, Status.Left, back));
        Append(Event(200, "back", agent: back));
        Retention.Keep(new(100, null));
        Assert.Equal(3, DeleteAll(100, 100));
        AlsoAfterLoading(() =>
        {
            Assert.Empty(History());
            Assert.Equal(["gone", "back"], Ids(ReadAll(back)));
        });
    }

    [Fact]
    public void Retract_OfAnEventBeforeTheCut_ChangesNothing()
    {
        Append(Event(5, "a"), Event(200, "b"));
        Retention.Keep(new(100, null));
        Assert.Equal([new(false, Event(5, "a"), IsBeforeCut: true)], Retract(Retraction("a")));
        Assert.Equal([new(true, Event(200, "b"))], Retract(Retraction("b")));
        AlsoAfterLoading(() =>
        {
            Assert.Equal(["a"], Ids(ReadAll()));
            Assert.Equal([new(false, Event(5, "a"), IsBeforeCut: true)], Retract(Retraction("a")));
        });
    }

    [Fact]
    public void Delete_OfWaitingRetractions_LeavesTheNewOnesAndThoseOfEvents()
    {
        Append(Event(200, "kept"));
        Retract(Retraction("kept", recordedAtMs: 50), Retraction("old", recordedAtMs: 99),
            Retraction("new", recordedAtMs: 100));
        Retention.Keep(new(100, null));
        DeleteAll(100, 90);
        Assert.True(Store.Retractions.Contains(Agent.CompanyId, "old"), "who reads meanwhile leaves its event out");
        DeleteAll(100, 90);
        AlsoAfterLoading(() =>
        {
            Assert.False(Store.Retractions.Contains(Agent.CompanyId, "old"));
            Assert.True(Store.Retractions.Contains(Agent.CompanyId, "new"));
            Assert.True(Store.Retractions.Contains(Agent.CompanyId, "kept"));
        });
    }

    [Fact]
    public void Delete_OfStepsPeriodsAndHours_TakesWhatEndedBeforeTheCut()
    {
        long[] companies = [1, 280197];
        foreach (var company in companies)
        {
            var agent = new AgentKey(company, 7);
            Store.CallSteps.Keep([.. new long[] { 10, 99, 100, 101 }.Select(atMs => StepAt(company, atMs))]);
            Replace(
                agent, 0,
                new OfflinePeriod(agent, 10, 50, [], 50, 1), new OfflinePeriod(agent, 60, 100, [], 100, 1),
                new OfflinePeriod(agent, 110, null, [], 120, 1));
            for (var number = 1; number <= 4; number++) Store.AddHours(new(company, number, number * 40, "{}"));
        }

        Retention.Keep(new(100, null));
        DeleteAll(100, 50);

        AlsoAfterRestart(() =>
        {
            foreach (var company in companies)
            {
                Assert.Equal(
                    [100, 101],
                    Store.CallSteps.Read(StepQuery.AllOf(company), [5], 10).Select(step => step.Ring.RingAtMs));
                Assert.Equal([110], Periods.Read(new(company, 7), 0).Select(period => period.StartedAtMs));
                Assert.Equal(
                    [2, 3, 4],
                    Store.ReadHours().Where(one => one.CompanyId == company).Select(one => one.Number));
            }
        });
    }

    private int DeleteAll(long cutMs, long eventsFromMs) =>
        Retention.Delete(cutMs, eventsFromMs, () => 3).Where(gone => gone.Kind == DeletedKind.Events)
            .Sum(gone => gone.Count);

    private List<StoredEvent> ReadPagesOf(long company, long toMs) => [.. Enumerable.Range(1, RetentionAgents)
        .SelectMany(agentId => ReadPages(new(company, agentId), Limits.FirstInstantMs, toMs, 100))];

    /// <summary>All that is answered from the cut on of each agent, of what the store has from where events are kept;
    /// by what is read at a start, too.</summary>
    private List<string> Answers(long company, long eventsFromMs, long cutMs, long? atMs = null)
    {
        var agentIds = atMs is null ? Enumerable.Range(1, RetentionAgents).Select(id => (long)id) : [Agent.AgentId];
        return [.. agentIds.Select(agentId =>
        {
            var agent = new AgentKey(company, agentId);
            var builder = new TimelineBuilder();
            foreach (var e in Store.ReadEvents(agent, eventsFromMs, long.MaxValue)) builder.Add(TimelineEvent.Of(e));
            var timeline = builder.Build();
            var intervals = new List<string>();
            foreach (var interval in timeline.Between(cutMs, cutMs + (40 * Limits.OnCallMs)))
                intervals.Add($"{interval}");
            return $"{agentId}: {string.Join(' ', intervals)}";
        })];
    }

    private static CallStep StepAt(long company, long atMs) => new(
        new(company, 5, 0, 7, atMs), QueueRule.Always, RingOutcome.NoAnswer,
        new(RingClassification.Offline, "Offline", Status.Offline, "", 1, Origin.Agent, 2), 3);
}
