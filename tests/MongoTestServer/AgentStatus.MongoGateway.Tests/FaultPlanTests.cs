using AgentStatus.MongoGateway.Faults;

namespace AgentStatus.MongoGateway.Tests;

public sealed class FaultPlanTests
{
    private readonly FaultPlan _plan = new();

    [Theory]
    [InlineData(FaultPlan.AnyWrite, "findAndModify", true)]
    [InlineData(FaultPlan.AnyWrite, "find", false)]
    [InlineData(FaultPlan.AnyCommand, "hello", true)]
    [InlineData("FIND", "find", true)]
    [InlineData("find", "insert", false)]
    public void Take_Target_MeetsItsCommandsOnly(string target, string command, bool met)
    {
        _plan.Add(new Fault(FaultKind.LoseAnswer, target, 0, 1));

        Assert.Equal(met, _plan.Take(FaultKind.LoseAnswer, command) is not null);
    }

    [Fact]
    public void Take_CountedFault_IsUsedUp()
    {
        _plan.Add(new Fault(FaultKind.Fail, "insert", 10107, 2));

        Assert.Null(_plan.Take(FaultKind.LoseAnswer, "insert"));
        Assert.Equal(10107, _plan.Take(FaultKind.Fail, "insert")!.Amount);
        Assert.NotNull(_plan.Take(FaultKind.Fail, "insert"));
        Assert.Null(_plan.Take(FaultKind.Fail, "insert"));
    }

    [Fact]
    public void Take_DelayWithoutACount_StaysUntilReset()
    {
        _plan.Add(new Fault(FaultKind.Delay, FaultPlan.AnyCommand, 5, null));

        Assert.NotNull(_plan.Take(FaultKind.Delay, "find"));
        Assert.NotNull(_plan.Take(FaultKind.Delay, "find"));
        _plan.Reset();
        Assert.Null(_plan.Take(FaultKind.Delay, "find"));
    }

    [Fact]
    public async Task Freeze_HoldsUntilThaw()
    {
        _plan.Freeze();
        var waits = _plan.WhileFrozenAsync(CancellationToken.None);

        Assert.False(waits.IsCompleted);
        _plan.Thaw();
        await waits.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(_plan.WhileFrozenAsync(CancellationToken.None).IsCompleted);
    }
}
