namespace AgentStatus.Storage.Tests;

/// <content>Erasing an agent, or a company.</content>
public abstract partial class StatusStoreContract
{
    private static readonly AgentKey Neighbour = new(Agent.CompanyId, Agent.AgentId + 1);
    protected static readonly Erasure OfAgent = new(Agent.CompanyId, Agent.AgentId);

    [Fact]
    public void Erase_OfAnAgent_LeavesTheOthersAndSaysHowMuchWent()
    {
        Fill();
        Append(Event(9, "m", agent: Neighbour));

        Store.Erasure.Begin(OfAgent, 1);
        var erased = EraseAll(OfAgent);

        Assert.Equal(new(Events: 2, Retractions: 1, CallSteps: 1, OfflinePeriods: 1, HoursVersions: 0), erased);
        AlsoAfterRestart(() =>
        {
            Store.LoadRetractions();
            Assert.Empty(Store.Erasure.UnderWay.All);
            Assert.Empty(ReadAll());
            Assert.Empty(Store.ReadHistory(Agent, EventPosition.Before(long.MinValue), long.MaxValue, 10));
            Assert.Empty(Periods.Read(Agent, long.MinValue));
            Assert.Equal(["m"], Ids(ReadAll(Neighbour)));
            Assert.Single(Periods.Read(Neighbour, long.MinValue));
            Assert.Equal([Neighbour], Store.ReadMemory(long.MinValue).Select(read => read.Agent).ToList());
            Assert.Equal(
                [Neighbour.AgentId],
                Store.CallSteps.Read(StepQuery.AllOf(Agent.CompanyId), [CallId], 10).Select(step => step.Ring.AgentId));
            Assert.Single(Store.ReadHours());
            Assert.Equal(["", "n", "waits"], AuditedIds());
            Assert.False(Store.Retractions.Contains(Agent.CompanyId, "a"));
            Assert.True(Store.Retractions.Contains(Agent.CompanyId, "n"));
        });
    }

    [Fact]
    public void Erase_OfACompany_LeavesOtherCompanies()
    {
        Fill();
        Append(Event(5, "a", agent: new(7, 1)));
        Store.Erasure.Begin(new(Agent.CompanyId, 0), 1);

        var erased = EraseAll(new(Agent.CompanyId, 0));

        Assert.Equal(new(Events: 3, Retractions: 3, CallSteps: 2, OfflinePeriods: 2, HoursVersions: 1), erased);
        AlsoAfterRestart(() =>
        {
            Store.LoadRetractions();
            Assert.Empty(ReadAll(Neighbour));
            Assert.Empty(Periods.Read(Neighbour, long.MinValue));
            Assert.Empty(Store.ReadHours());
            Assert.Equal(["", "", ""], AuditedIds());
            Assert.Equal(["a"], Ids(ReadAll(new(7, 1))));
        });
    }

    [Fact]
    public void Erase_ThatIsInterruptedAnywhere_GoesOnAfterARestart()
    {
        Fill();
        Append([.. Enumerable.Range(0, 5).Select(i => Event(100 + i, $"more {i}")), Event(9, "m", agent: Neighbour)]);
        Store.Erasure.Begin(OfAgent, 1);
        ErasedCounts? erased = null;
        var portions = 0;
        while (erased is null)
        {
            Assert.Equal([OfAgent], Store.Erasure.UnderWay.All);
            Assert.Empty(ReadAll());
            Assert.Equal([Neighbour], Store.ReadMemory(long.MinValue).Select(read => read.Agent).ToList());

            portions++;
            for (var portion = 0; portion < portions && erased is null; portion++)
                erased = Store.Erasure.EraseNext(OfAgent, 1, out _);
            if (erased is null) Restart();
        }

        Assert.Equal(new(Events: 7, Retractions: 1, CallSteps: 1, OfflinePeriods: 1, HoursVersions: 0), erased);
        AlsoAfterRestart(() => Assert.Empty(ReadAll()));
    }

    [Fact]
    public void What_comes_with_an_erased_id_is_not_stored()
    {
        Fill();
        Store.Erasure.Begin(OfAgent, 1);
        EraseAll(OfAgent);
        AlsoAfterRestart(() =>
        {
            var appended = Append(Event(5, "a"), Event(6, "a", agent: new(Agent.CompanyId, 98)), Event(5, "new"));
            Assert.Equal(
                [AppendOutcome.Erased, AppendOutcome.Erased], appended.Take(2).Select(result => result.Outcome));
            Assert.Equal(["new"], Ids(ReadAll()));
            Assert.Empty(ReadAll(new(Agent.CompanyId, 98)));
            var retracted = Store.Retract([new(Agent.CompanyId, "a", "late", "", 1)])[0];
            Assert.Equal((false, null, true), (retracted.IsNew, retracted.Event, retracted.IsErased));
            Assert.False(Store.Retractions.Contains(Agent.CompanyId, "a"));
            Assert.False(Store.CallSteps.Keep([Step()])[0].IsRefused);
            Assert.Single(Store.CallSteps.Read(StepQuery.AllOf(Agent.CompanyId), [CallId], 10));
            Store.Audit.Add([Entry("late", "a")]);
            Assert.DoesNotContain("a", AuditedIds());
        });

        // Another company's ids are its own.
        Append(Event(5, "a", agent: new(7, 1)));
        Assert.Equal(["a"], Ids(ReadAll(new(7, 1))));
    }

    /// <summary>Two agents, each with all there is, and what names no agent.</summary>
    private void Fill()
    {
        Append(Event(5, "a"), Event(6, "b"), Event(5, "n", agent: Neighbour));
        Store.Retract([.. ((string[])["a", "n", "waits"]).Select(
            id => new Retraction(Agent.CompanyId, id, "wrong", "import", 7))]);
        Store.CallSteps.Keep([Step(), Step() with { Ring = Step().Ring with { AgentId = Neighbour.AgentId } }]);
        Replace(Agent, 0, Period(1, 5));
        Replace(Neighbour, 0, Period(1, 5) with { Agent = Neighbour });
        Store.AddHours(new(Agent.CompanyId, 1, 1, "{}"));
        Store.Audit.Add([Entry("1", "a"), Entry("2", "n"), Entry("3", "waits")]);
    }

    private static AuditEntry Entry(string id, string eventId) =>
        new(1_000, id, "import", "10.0.0.7", "RetractStatus", Agent.CompanyId, 0, eventId, "OK");

    private IEnumerable<string> AuditedIds() =>
        Store.Audit.Read(new(Agent.CompanyId, long.MinValue, long.MaxValue), 10).Select(entry => entry.EventId);

    private ErasedCounts EraseAll(Erasure erasure)
    {
        for (var portion = 0; portion < 1_000; portion++)
            if (Store.Erasure.EraseNext(erasure, 100, out _) is { } erased) return erased;
        throw new InvalidOperationException("It does not end.");
    }
}
