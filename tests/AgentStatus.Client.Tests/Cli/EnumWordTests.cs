using AgentStatus.Cli;

namespace AgentStatus.Client.Tests.Cli;

public sealed class EnumWordTests
{
    [Theory]
    [InlineData("on-call")]
    [InlineData("ON_CALL")]
    [InlineData("OnCall")]
    public void TryParse_AnySpelling_IsTheValue(string word)
    {
        Assert.True(EnumWord.TryParse<Status>(word, out var status));
        Assert.Equal(Status.OnCall, status);
    }

    [Theory]
    [InlineData("unspecified")]
    [InlineData("3")]
    [InlineData("")]
    [InlineData("busy-missed")]
    public void TryParse_OtherWord_IsRefused(string word) => Assert.False(EnumWord.TryParse<Status>(word, out _));

    [Fact]
    public void All_IsEveryValueButUnspecified() =>
        Assert.Equal(["offline-only", "all-statuses", "none"], EnumWord.All<HoursClip>());

    [Fact]
    public void Every_word_of_help_is_understood() =>
        Assert.All(EnumWord.All<RingOutcome>(), word => Assert.True(EnumWord.TryParse<RingOutcome>(word, out _)));
}
