namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    [Fact]
    public void ReadHours_OfSeveralVersions_IsByCompanyAndNumber()
    {
        StoredHours[] expected =
            [new(1, 1, 50, "null"), new(2, 1, -7, """{"time_zone":"Asia/Tokyo"}"""), new(2, 2, 50, "{}")];

        foreach (var hours in expected.Reverse()) Store.AddHours(hours);

        AlsoAfterRestart(() => Assert.Equal(expected, Store.ReadHours()));
    }

    [Fact]
    public void AddHours_UnderATakenNumber_ReturnsTheOneThatStands()
    {
        var first = new StoredHours(1, 1, 50, "{}");
        Assert.Equal(first, Store.AddHours(first));
        Assert.Equal(first, Store.AddHours(new(1, 1, 60, "null")));

        AlsoAfterRestart(() => Assert.Equal([first], Store.ReadHours()));
    }

    [Fact]
    public void Replace_KeepsEveryField()
    {
        OfflinePeriod[] periods =
        [
            Period(10, 20) with { BusinessPeriods = null, HoursInForceFromMs = null },
            Period(30, 40) with { BusinessPeriods = [] },
            Period(45, 48) with { BusinessPeriods = null, HoursFault = "agents.380171.weekly: \"ž\" is not known" },
            new(Agent, 50, null, [new(51, 53), new(55, 60)], ComputedThroughMs: 61, HoursInForceFromMs: -1),
        ];

        Replace(Agent, long.MinValue, periods);

        AlsoAfterRestart(() => Assert.Equal(periods, Periods.Read(Agent, long.MinValue)));
    }

    [Theory]
    [InlineData(9, "10-20 30-40 50-")]
    [InlineData(10, "10-20 30-40 50-")]
    [InlineData(19, "10-20 30-40 50-")]
    [InlineData(20, "30-40 50-")]
    [InlineData(30, "30-40 50-")]
    [InlineData(31, "30-40 50-")]
    [InlineData(45, "50-")]
    [InlineData(1_000, "50-")]
    public void Replace_FromAnInstant_ReplacesWhatReadGives(long fromMs, string expected)
    {
        var neighbour = Agent with { AgentId = Agent.AgentId + 1 };
        OfflinePeriod[] before = [Period(10, 20), Period(30, 40), Period(50, null)];
        Replace(Agent, 0, before);
        Replace(neighbour, 0, [Period(10, null) with { Agent = neighbour }]);

        var read = Periods.Read(Agent, fromMs);
        Replace(Agent, fromMs, [Period(2_000, 3_000)]);

        Assert.Equal(expected, Describe(read));
        AlsoAfterRestart(() =>
        {
            Assert.Equal([.. before.Except(read), Period(2_000, 3_000)], Periods.Read(Agent, 0));
            Assert.Equal("10-", Describe(Periods.Read(neighbour, 0)));
        });
    }

    [Fact]
    public void Replace_ProlongingOneThatEndedAtTheInstant_ReplacesIt()
    {
        Replace(Agent, 0, [Period(1, 5), Period(10, 20)]);

        Replace(Agent, 20, [Period(10, 30)]);

        AlsoAfterRestart(() => Assert.Equal("1-5 10-30", Describe(Periods.Read(Agent, 0))));
    }

    [Theory]
    [InlineData("computed without hours, long ago", 10L, null, true)]
    [InlineData("lasts, older version", null, 99L, true)]
    [InlineData("lasts, this version", null, 100L, false)]
    [InlineData("ended after, older version", 101L, 99L, true)]
    [InlineData("ended after, this version", 101L, 100L, false)]
    [InlineData("ended after, newer version", 101L, 102L, false)]
    [InlineData("ended at the instant, older version", 100L, 99L, false)]
    [InlineData("ended before, older version", 50L, 5L, false)]
    public void FindStale_OfHoursFrom100_FindsExactlyThese(
        string period, long? endedAtMs, long? hoursInForceFromMs, bool isStale)
    {
        Assert.NotEmpty(period);
        OfflinePeriod[] periods = [Period(1, 2), Period(5, endedAtMs) with { HoursInForceFromMs = hoursInForceFromMs }];
        var elsewhere = Agent with { CompanyId = 1 };
        Replace(Agent, 0, periods);
        Replace(elsewhere, 0, [new(elsewhere, 1, null, null, 9, null)]);

        AlsoAfterRestart(() => Assert.Equal(
            isStale ? [Agent.AgentId] : [], Periods.FindStale(Agent.CompanyId, 100)));
    }

    [Fact]
    public void FindStale_OfAnAgentWithSeveral_GivesItOnce()
    {
        OfflinePeriod[] periods =
        [
            Period(1, 2) with { HoursInForceFromMs = null },
            Period(3, 4) with { HoursInForceFromMs = null },
            Period(5, 200),
            Period(300, null),
        ];

        Replace(Agent, 0, periods);

        AlsoAfterRestart(() => Assert.Equal([Agent.AgentId], Periods.FindStale(Agent.CompanyId, 100)));
    }

    protected static OfflinePeriod Period(long startedAtMs, long? endedAtMs) =>
        new(Agent, startedAtMs, endedAtMs, [new(startedAtMs, endedAtMs ?? 999)], endedAtMs ?? 999, 7);

    private static string Describe(IEnumerable<OfflinePeriod> periods) =>
        string.Join(' ', periods.Select(period => $"{period.StartedAtMs}-{period.EndedAtMs}"));
}
