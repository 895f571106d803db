using AgentStatus.Cli;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli;

public sealed class InstantTextTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2025-10-01T10:00:00Z");

    [Theory]
    [InlineData("now", "2025-10-01T10:00:00.000Z")]
    [InlineData("-2h", "2025-10-01T08:00:00.000Z")]
    [InlineData("+30m", "2025-10-01T10:30:00.000Z")]
    [InlineData("-1d12h", "2025-09-29T22:00:00.000Z")]
    [InlineData("-90s", "2025-10-01T09:58:30.000Z")]
    [InlineData("-250ms", "2025-10-01T09:59:59.750Z")]
    [InlineData("2025-10-01T09:15Z", "2025-10-01T09:15:00.000Z")]
    [InlineData("2025-10-01T09:15:30Z", "2025-10-01T09:15:30.000Z")]
    [InlineData("2025-10-01T09:15:30.250Z", "2025-10-01T09:15:30.250Z")]
    [InlineData("2025-10-01T11:15:30.2501239+02:00", "2025-10-01T09:15:30.250Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    public void TryParse_KnownForm_IsThatInstant(string text, string instant)
    {
        Assert.True(InstantText.TryParse(text, Now, out var parsed));
        Assert.Equal(instant, InstantText.Utc(Timestamp.FromDateTimeOffset(parsed)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Now")]
    [InlineData("-")]
    [InlineData("2h")]
    [InlineData("-2")]
    [InlineData("-2 h")]
    [InlineData("-999999999d")]
    [InlineData("+999999999d")]
    [InlineData("2025-10-01")]
    [InlineData("2025-10-01T09:15:30")]
    [InlineData("2025-13-01T09:15:30Z")]
    [InlineData("10/01/2025 09:15:30Z")]
    [InlineData("0001-01-01T00:00:00+02:00")]
    public void TryParse_OtherForm_IsRefused(string text) => Assert.False(InstantText.TryParse(text, Now, out _));
}
