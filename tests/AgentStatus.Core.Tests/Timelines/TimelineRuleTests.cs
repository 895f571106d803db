namespace AgentStatus.Core.Tests.Timelines;

/// <summary>The rules of docs/rules.md, Effective status, as a table: minutes, origins and statuses in, the agent's day
/// out. A letter is a status (O online, I idle, C on call, W wrap-up, B busy, A away, F offline, ? unknown), held until
/// the minute of the next one.</summary>
public sealed class TimelineRuleTests
{
    [Theory]
    [InlineData("", "?0")]
    [InlineData("5 AGENT O", "?0 O5")]
    [InlineData("5 APP I, 9 APP O", "?0 I5 O9")]
    [InlineData("0 AGENT F, 5 APP F, 20 APP O", "F0")] // sticky
    [InlineData("0 AGENT F, 5 APP O, 9 AGENT O", "F0 O9")]
    [InlineData("0 AGENT F, 5 SUPERVISOR O", "F0 O5")]
    [InlineData("0 AGENT O, 5 APP F, 9 APP O", "O0 F5 O9")]
    [InlineData("0 AGENT O, 5 APP F, 9 AGENT O", "O0 F5 O9")] // who chose a status had the app open
    [InlineData("0 AGENT O, 5 APP F, 9 SUPERVISOR O", "O0 F5")] // a supervisor's choice proves nothing
    [InlineData("0 AGENT B, 5 APP I", "B0")]
    [InlineData("0 AGENT O, 5 APP I, 7 APP A, 9 APP O", "O0 I5 A7 O9")]
    [InlineData("0 AGENT I, 5 APP O", "I0")]
    [InlineData("0 AGENT F, 5 CALL C, 9 CALL W, 12 CALL I", "F0 C5 W9 F12")]
    [InlineData("0 AGENT O, 5 CALL C, 7 AGENT F, 9 CALL O", "O0 C5 F9")]
    [InlineData("0 AGENT O, 5 CALL C, 7 APP F, 9 CALL O", "O0 C5 F9")]
    [InlineData("0 AGENT O, 5 CALL W, 7 AGENT B", "O0 W5 B7")] // a later explicit event ends a wrap-up
    [InlineData("0 AGENT O, 5 CALL W, 7 SUPERVISOR B", "O0 W5 B7")]
    [InlineData("0 AGENT O, 5 CALL W, 7 APP F", "O0 W5 F7")]
    [InlineData("0 AGENT O, 5 CALL W, 7 APP I", "O0 W5 I65")]
    [InlineData("0 AGENT O, 5 CALL W", "O0 W5 O65")]
    [InlineData("0 AGENT O, 5 CALL C", "O0 C5 O725")]
    [InlineData("0 AGENT O, 5 CALL C, 300 CALL C", "O0 C5 O1020")]
    [InlineData("0 AGENT O, 5 CALL C, 730 CALL C", "O0 C5 O725 C730")]
    [InlineData("5 CALL C, 9 CALL O", "?0 C5 O9")] // known by calls alone: what the end said
    [InlineData("5 CALL C, 9 CALL A, 12 APP F, 20 CALL C, 25 CALL O", "?0 C5 A9 F12 C20 F25")]
    [InlineData("5 CALL C", "?0 C5 ?725")]
    [InlineData("0 APP F, 5 AGENT F, 9 APP O", "F0")]
    public void An_agents_day(string events, string expected)
    {
        var builder = new TimelineBuilder();
        foreach (var parts in events.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split(' ')))
            builder.Add(Minute(parts[0]), StatusOf(parts[2][0]), Enum.Parse<Origin>(parts[1], ignoreCase: true));

        var day = new List<string>();
        foreach (var interval in builder.Build().Between(0, 1440 * 60_000))
        {
            var letter = "?OICWBAF"[(int)interval.Effective.Status];
            if (day.Count == 0 || day[^1][0] != letter) day.Add($"{letter}{interval.StartMs / 60_000}");
        }

        Assert.Equal(expected, string.Join(' ', day));
    }

    [Fact]
    public void A_timeline_is_cut_where_the_deciding_origin_changes()
    {
        var builder = new TimelineBuilder();
        builder.Add(1_000, Status.Offline, Origin.App);
        builder.Add(2_000, Status.Offline, Origin.Agent);
        builder.Add(3_000, Status.Offline, Origin.Agent);
        var timeline = builder.Build();
        Assert.Equal(new StatusAt(Status.Offline, Origin.App, 1_000), timeline.At(1_999));
        Assert.Equal(new StatusAt(Status.Offline, Origin.Agent, 2_000), timeline.At(9_000));
    }

    [Fact]
    public void A_slice_knows_that_a_hidden_app_offline_ended_the_wrap_up()
    {
        var builder = new TimelineBuilder();
        builder.Add(-Limits.OnCallMs - 1, Status.Busy, Origin.Agent); // dropped: else there is nothing to slice
        builder.Add(-Limits.OnCallMs, Status.Online, Origin.Agent);
        builder.Add(60_000, Status.WrapUp, Origin.Call);
        builder.Add(120_000, Status.Offline, Origin.App);
        builder.Add(180_000, Status.Online, Origin.App);
        var slice = builder.Build().Trimmed(240_000);
        Assert.Equal(240_000, slice.CoveredFromMs);
        Assert.Equal(new StatusAt(Status.Online, Origin.Agent, 180_000), slice.At(240_000));
    }

    [Theory]
    [InlineData(Limits.FirstInstantMs)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(Limits.LastInstantMs)]
    public void Every_instant_of_the_contract_fits_into_a_packed_event(long instantMs)
    {
        var timeline = default(Timeline).With(new(instantMs, Status.Away, Origin.Supervisor));
        Assert.Equal(new StatusAt(Status.Away, Origin.Supervisor, instantMs), timeline.At(instantMs));
        Assert.Equal(default, timeline.At(instantMs - 1));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var builder = new TimelineBuilder();
        for (var i = 0; i < 100; i++)
            builder.Add(i * 1_000, (i & 1) == 0 ? Status.Online : Status.Offline, Origin.Agent);
        var timeline = builder.Build();
        var sum = Ask(timeline);
        var before = GC.GetAllocatedBytesForCurrentThread();
        sum += Ask(timeline);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, sum);
    }

    private static long Ask(in Timeline timeline)
    {
        long sum = 0;
        for (long instantMs = 0; instantMs < 100_000; instantMs += 77) sum += (long)timeline.At(instantMs).Status;
        foreach (var interval in timeline.Between(0, 100_000)) sum += interval.LengthMs;
        return sum;
    }

    private static long Minute(string text) =>
        long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * 60_000;

    private static Status StatusOf(char letter) => (Status)"?OICWBAF".IndexOf(letter, StringComparison.Ordinal);
}
