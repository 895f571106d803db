using AgentStatus.Core.Rings;

namespace AgentStatus.Core.Tests.Rings;

public sealed class RingClassifierTests
{
    /// <summary>The table of docs/rules.md, Classification, column by column.</summary>
    [Theory]
    [InlineData(RingOutcome.Unspecified, "Offline", "Busy (missed)", "Busy", "Away", "Unknown")]
    [InlineData(RingOutcome.NoAnswer, "Offline", "Busy (missed)", "Busy", "Away", "Unknown")]
    [InlineData(RingOutcome.Rejected, "Offline", "Busy (rejected)", "Busy", "Away", "Unknown")]
    [InlineData(RingOutcome.DeviceBusy, "Offline", "Busy", "Busy", "Away", "Unknown")]
    [InlineData(RingOutcome.Unreachable, "Offline", "Unreachable", "Busy", "Away", "Unknown")]
    [InlineData(RingOutcome.Cancelled, "Offline", "Cancelled", "Busy", "Away", "Unknown")]
    [InlineData(RingOutcome.AnsweredElsewhere, "Offline", "Answered elsewhere", "Busy", "Away", "Unknown")]
    [InlineData(RingOutcome.Answered, "Answered", "Answered", "Answered", "Answered", "Answered")]
    public void Outcome_and_status_give_the_label(
        RingOutcome outcome, string offline, string available, string busy, string away, string unknown)
    {
        string Label(Status status) => RingClassifier.Label(RingClassifier.Classify(status, outcome));
        Assert.Equal(offline, Label(Status.Offline));
        Assert.Equal([available, available], new[] { Status.Online, Status.Idle }.Select(Label));
        Assert.Equal([busy, busy, busy], new[] { Status.OnCall, Status.WrapUp, Status.Busy }.Select(Label));
        Assert.Equal(away, Label(Status.Away));
        Assert.Equal(unknown, Label(Status.Unknown));
    }
}
