using AgentStatus.Cli.Rendering;

namespace AgentStatus.Client.Tests.Cli;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(61_000, "0:01:01")]
    [InlineData(90_000_000, "25:00:00")]
    [InlineData(1, "0:00:00.001")]
    [InlineData(3_600_250, "1:00:00.250")]
    public void Of_Duration_IsHoursMinutesSeconds(long milliseconds, string text) =>
        Assert.Equal(text, DurationText.Of(TimeSpan.FromMilliseconds(milliseconds)));
}
