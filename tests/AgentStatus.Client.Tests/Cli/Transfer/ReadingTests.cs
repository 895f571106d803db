using System.Text;
using AgentStatus.Cli;
using AgentStatus.Cli.Import;

namespace AgentStatus.Client.Tests.Cli.Transfer;

public sealed class ReadingTests
{
    [Theory]
    [InlineData("1393854573.42", 139385457300000042)]
    [InlineData("1.0", 100000000)]
    [InlineData("pbx-1393854573.42", 0)]
    [InlineData("1393854573.", 0)]
    [InlineData("0.1", 0)]
    [InlineData("99999999999999.1", 0)]
    public void Of_CallId_IsANumberToBeFoundAgainOrAHash(string uniqueId, long expected)
    {
        var id = CallIds.Of(uniqueId);

        Assert.Equal(id, CallIds.Of(uniqueId));
        Assert.True(expected == 0 ? id > 0 : id == expected, $"{id}");
    }

    [Theory]
    [InlineData("a\nb\r\n\n  \nc", "1:a 2:b 5:c")]
    [InlineData("\uFEFFa\n\uFEFFb\n", "1:a 2:\uFEFFb")]
    [InlineData("", "")]
    public void Of_FileLines_NumbersThemAndLeavesOutBlankOnes(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Lines(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Of_FileLines_TakesLongOnesUpToALimit()
    {
        var text = new string('x', 200_000);

        Assert.Equal([$"1:{text}", "2:y"], Lines(Encoding.UTF8.GetBytes($"{text}\ny")));
        Assert.Throws<CommandFailedException>(() => Lines(new byte[2_000_000]).ToList());
    }

    [Fact]
    public void Say_OfSeveralQueues_IsAwayWhereAllArePaused()
    {
        var member = new QueueMember();
        member.Join("a", isPaused: false);
        Assert.Equal((Status.Online, ""), member.Say(null));
        member.Join("b", isPaused: true);
        Assert.Null(member.Say(null));
        member.Pause("a");
        Assert.Equal((Status.Away, "Lunch"), member.Say("Lunch"));
        member.Pause("b");
        Assert.Null(member.Say("Lunch"));
        member.Leave("b");
        Assert.Null(member.Say(null));
        member.Unpause("a");
        Assert.Equal((Status.Online, ""), member.Say(null));
        member.PauseAll();
        Assert.Equal((Status.Away, ""), member.Say(""));
        member.LeaveAll();
        Assert.Equal((Status.Offline, ""), member.Say(null));
    }

    private static IEnumerable<string> Lines(byte[] bytes) =>
        FileLines.Of(new MemoryStream(bytes)).Select(line => $"{line.Number}:{Encoding.UTF8.GetString(line.Line.Span)}");
}
