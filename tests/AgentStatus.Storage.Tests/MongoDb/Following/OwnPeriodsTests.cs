using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.Tests.MongoDb.Following;

public sealed class OwnPeriodsTests
{
    private static readonly TimeSpan SettleFor = TimeSpan.FromSeconds(10);

    private readonly OwnPeriods _periods = new(SettleFor);

    [Fact]
    public void Through_NeedsTheNumbersOfTheReadingBefore_AWholeReading_AndItsCorrectionsWritten()
    {
        _periods.ReadingEnded(isWhole: true, confirmedThrough: 7);
        _periods.Written(Seconds(0));
        // More was confirmed since: its periods are not vouched for.
        _periods.ReadingEnded(isWhole: true, confirmedThrough: 9);
        Assert.Equal(0, _periods.Through);

        _periods.Written(Seconds(10));

        Assert.Equal(7, _periods.Through);
    }

    [Fact]
    public void Through_BeforeTheTimeHasPassed_StandsStill()
    {
        _periods.ReadingEnded(isWhole: true, confirmedThrough: 7);
        for (var second = 0; second < 10; second++)
        {
            _periods.Written(Seconds(second));
            _periods.ReadingEnded(isWhole: true, confirmedThrough: 100);
        }
        Assert.Equal(0, _periods.Through);

        _periods.Written(Seconds(10));
        Assert.Equal(7, _periods.Through);
    }

    [Fact]
    public void Through_WhereNoReadingWasWhole_StandsStill()
    {
        _periods.ReadingEnded(isWhole: false, confirmedThrough: 7);
        _periods.Written(Seconds(0));
        _periods.ReadingEnded(isWhole: false, confirmedThrough: 7);
        _periods.Written(Seconds(20));
        Assert.Equal(0, _periods.Through);

        _periods.ReadingEnded(isWhole: true, confirmedThrough: 7);
        _periods.Written(Seconds(21));
        Assert.Equal(7, _periods.Through);
    }

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
}
