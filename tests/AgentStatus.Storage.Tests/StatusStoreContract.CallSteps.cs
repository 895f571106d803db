using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    private const long CallId = 985282287;

    [Fact]
    public void Keep_OfANewRing_KeepsAllOfIt()
    {
        var unknown = Step(agentId: 8, ringAtMs: 3) with
        {
            Given = new(RingClassification.Unknown, "Unknown", Status.Unknown, "", null, default, 12),
        };
        CallStep[] steps =
        [
            Step(ringAtMs: 2, statusLabel: "Lunch", rule: QueueRule.AvailableOnly),
            Step(ringAtMs: 2, agentId: 9, groupId: 0, rule: QueueRule.Unspecified), unknown,
        ];

        var kept = Store.CallSteps.Keep([steps[2], steps[0], steps[1]]);

        Assert.Equal([new(steps[2], false), new(steps[0], false), new(steps[1], false)], kept);
        AlsoAfterRestart(() => Assert.Equal([steps[1], steps[0], steps[2]], ReadCall(CallId)));
    }

    [Fact]
    public void Keep_Again_ChangesNothing()
    {
        var first = Keep(Step(RingOutcome.NoAnswer));

        var again = Keep(Step(RingOutcome.NoAnswer, classification: RingClassification.Busy));
        var unspecified = Keep(Step(RingOutcome.Unspecified, classification: RingClassification.Away));

        Assert.Equal([first, first], [again, unspecified]);
        AlsoAfterRestart(() => Assert.Equal([first.Stands], ReadCall(CallId)));
    }

    [Fact]
    public void Keep_OfAnOutcomeAfterNone_TakesItWithItsClassification()
    {
        Keep(Step(RingOutcome.Unspecified));
        var outcome = Step(RingOutcome.Rejected, classification: RingClassification.Rejected);

        Assert.Equal(new(outcome, IsRefused: false), Keep(outcome));
        AlsoAfterRestart(() => Assert.Equal([outcome], ReadCall(CallId)));
    }

    [Theory]
    [InlineData(RingOutcome.Rejected, QueueRule.Always)]
    [InlineData(RingOutcome.NoAnswer, QueueRule.AvailableOnly)]
    [InlineData(RingOutcome.Unspecified, QueueRule.AvailableOnly)]
    public void Keep_OfSomethingElse_IsRefused(RingOutcome outcome, QueueRule rule)
    {
        var kept = Keep(Step(RingOutcome.NoAnswer)).Stands;

        Assert.Equal(new(kept, IsRefused: true), Keep(Step(outcome, rule: rule)));
        AlsoAfterRestart(() => Assert.Equal([kept], ReadCall(CallId)));
    }

    [Fact]
    public void Keep_WithoutAQueueRule_IsTheSameAsAlways()
    {
        var kept = Keep(Step(RingOutcome.Unspecified, rule: QueueRule.Unspecified)).Stands;

        var outcome = Keep(Step(RingOutcome.NoAnswer, rule: QueueRule.Always));

        Assert.False(outcome.IsRefused);
        Assert.Equal(kept.QueueRule, outcome.Stands.QueueRule);
        AlsoAfterRestart(() => Assert.Equal([outcome.Stands], ReadCall(CallId)));
    }

    [Fact]
    public void Keep_OfARingSeveralTimesAtOnce_TakesThemInOrder()
    {
        var kept = Store.CallSteps.Keep(
        [
            Step(RingOutcome.Unspecified), Step(agentId: 9), Step(RingOutcome.Rejected), Step(RingOutcome.NoAnswer),
            Step(RingOutcome.Unspecified), Step(RingOutcome.Rejected),
        ]);

        Assert.Equal([false, false, false, true, false, false], kept.Select(one => one.IsRefused));
        AlsoAfterRestart(() => Assert.Equal([Step(agentId: 9), Step(RingOutcome.Rejected)], ReadCall(CallId)));
    }

    [Fact]
    public void Keep_OfRingsThatDifferInOneField_KeepsEach()
    {
        CallStep[] steps =
        [
            Step(), Step(ringAtMs: 8), Step(agentId: 9), Step(groupId: 0), Step(callId: 1),
            Step() with { Ring = Step().Ring with { CompanyId = 1 } },
        ];

        Store.CallSteps.Keep(steps);

        AlsoAfterRestart(() =>
        {
            Assert.Equal(4, ReadCall(CallId).Count);
            Assert.Single(ReadCall(1));
            Assert.Single(Store.CallSteps.Read(StepQuery.AllOf(1), [CallId], 10));
        });
    }

    [Fact]
    public void Keep_OfRandomSteps_ComesToWhatTheRuleSays() => Seeds.ForEach(1, random =>
    {
        var model = new Dictionary<RingKey, CallStep>();
        for (var batch = 0; batch < 20; batch++)
        {
            CallStep[] steps = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => RandomStep(random))];

            var expected = steps.Select(step => IsRefused(model, step)).ToList();

            Assert.Equal(expected, Store.CallSteps.Keep(steps).Select(result => result.IsRefused));
        }

        var all = model.Values.ToList();
        all.Sort(CallStep.Compare);
        AlsoAfterRestart(() => Assert.Equal(all, ReadCall(CallId)));
    });

    [Fact]
    public void Read_OfCalls_GivesWhatTheQueryAsksFor()
    {
        Store.CallSteps.Keep(
        [
            Step(callId: 2, ringAtMs: 5), Step(callId: 1, ringAtMs: 9), Step(callId: 1, ringAtMs: 4),
            Step(callId: 1, ringAtMs: 5, agentId: 9), Step(callId: 3, ringAtMs: 5), Step(callId: 1, ringAtMs: 5),
        ]);
        var agentId = Agent.AgentId;

        AlsoAfterRestart(() =>
        {
            Assert.Equal(
                [(1, 5, 9), (1, 5, agentId), (2, 5, agentId)],
                Store.CallSteps.Read(new(Agent.CompanyId, 5, 9), [2, 1], 10).Select(Place));
            Assert.Equal(
                [(1, 5, agentId), (1, 9, agentId)],
                Store.CallSteps.Read(new(Agent.CompanyId, 5, 10, agentId), [1, 2], 2).Select(Place));
            Assert.Empty(Store.CallSteps.Read(StepQuery.AllOf(1), [1], 10));
        });
    }

    [Fact]
    public void Find_OfCalls_GoesOnWhereItEnded()
    {
        Store.CallSteps.Keep(
        [
            Step(callId: 3, ringAtMs: 1), Step(callId: 2, ringAtMs: 5), Step(callId: 1, ringAtMs: 5),
            Step(callId: 1, ringAtMs: 5, agentId: 9), Step(callId: 1, ringAtMs: 5, groupId: 0),
            Step(callId: 1, ringAtMs: 7), Step(callId: 4, ringAtMs: 8, agentId: 9), Step(callId: 5, ringAtMs: 9),
        ]);

        AlsoAfterRestart(() =>
        {
            Assert.Equal([(5, 1), (5, 2), (7, 1), (8, 4)], FindAll(new(Agent.CompanyId, 5, 9), most: 1));
            Assert.Equal([(5, 1), (5, 2), (7, 1), (8, 4)], FindAll(new(Agent.CompanyId, 5, 9), most: 3));
            Assert.Equal([(5, 1), (5, 2), (7, 1)], FindAll(new(Agent.CompanyId, 5, 9, Agent.AgentId), most: 2));
            Assert.Equal([(5, 1), (8, 4)], FindAll(new(Agent.CompanyId, 5, 9, 9), most: 10));
            Assert.Equal(6, FindAll(new(Agent.CompanyId, long.MinValue, 100), most: 4).Count);
            Assert.Empty(FindAll(StepQuery.AllOf(1), most: 4));
        });
    }

    protected static CallStep Step(
        RingOutcome outcome = RingOutcome.NoAnswer,
        RingClassification classification = RingClassification.BusyMissed,
        long callId = CallId,
        long groupId = 7,
        long? agentId = null,
        long ringAtMs = 5,
        QueueRule rule = QueueRule.Always,
        string statusLabel = "") => new(
        new(Agent.CompanyId, callId, groupId, agentId ?? Agent.AgentId, ringAtMs),
        rule,
        outcome,
        new(classification, RingClassifier.Label(classification), Status.Online, statusLabel, 3, Origin.App, 11),
        RecordedAtMs: 12);

    private static CallStep RandomStep(Random random) => Step(
        (RingOutcome)random.Next(8), (RingClassification)random.Next(1, 11), agentId: random.Next(1, 4),
        ringAtMs: random.Next(2), rule: (QueueRule)random.Next(3));

    /// <summary>The rule of docs/rules.md once more, in other words.</summary>
    private static bool IsRefused(Dictionary<RingKey, CallStep> model, CallStep step)
    {
        if (!model.TryGetValue(step.Ring, out var kept))
        {
            model[step.Ring] = step;
            return false;
        }

        var isOfAvailable = step.QueueRule == QueueRule.AvailableOnly;
        if (isOfAvailable != (kept.QueueRule == QueueRule.AvailableOnly)) return true;
        if (step.Outcome == RingOutcome.Unspecified) return false;
        if (kept.Outcome != RingOutcome.Unspecified) return step.Outcome != kept.Outcome;
        model[step.Ring] = step with { QueueRule = kept.QueueRule };
        return false;
    }

    private KeepResult Keep(CallStep step) => Assert.Single(Store.CallSteps.Keep([step]));

    private IReadOnlyList<CallStep> ReadCall(long callId) =>
        Store.CallSteps.Read(StepQuery.AllOf(Agent.CompanyId), [callId], 1_000);

    private static (long, long, long) Place(CallStep step) =>
        (step.Ring.CallId, step.Ring.RingAtMs, step.Ring.AgentId);

    private List<(long RingAtMs, long CallId)> FindAll(StepQuery query, int most)
    {
        var found = new List<(long, long)>();
        var scan = new CallScan([new(query.FromMs, 0)], IsComplete: false);
        while (!scan.IsComplete)
        {
            scan = Store.CallSteps.Find(query, scan.Calls[^1], most);
            found.AddRange(scan.Calls.Select(call => (call.RingAtMs, call.CallId)));
        }

        return found;
    }
}
