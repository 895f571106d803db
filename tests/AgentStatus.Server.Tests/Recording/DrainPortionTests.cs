using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Tests.Recording;

public sealed class DrainPortionTests
{
    private static readonly TimeSpan Short = ServerLimits.DrainWithin;
    private static readonly TimeSpan Long = ServerLimits.DrainWithin + TimeSpan.FromTicks(1);

    [Fact]
    public void Learn_ShortOnes_GrowsUpToOneInsert()
    {
        var portion = new DrainPortion();
        for (var i = 0; i < 20; i++) portion.Learn(Short);
        Assert.Equal(StorageLimits.DrainedEvents, portion.Events);
    }

    [Fact]
    public void Learn_LongOnes_ShrinksAndGoesOn()
    {
        var portion = new DrainPortion();
        for (var i = 0; i < 20; i++) portion.Learn(Short);
        portion.Learn(Long);
        Assert.Equal(StorageLimits.DrainedEvents / 2, portion.Events);
        for (var i = 0; i < 20; i++) portion.Learn(Long);
        Assert.Equal(ServerLimits.DrainedEventsAtLeast, portion.Events);
    }
}
