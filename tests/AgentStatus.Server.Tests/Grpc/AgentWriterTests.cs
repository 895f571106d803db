using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Timelines;
using HoursClip = AgentStatus.Core.Breakdowns.HoursClip;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>What goes out as bytes is what generated code makes of the readable mapping in
/// <see cref="BreakdownMessages"/>.</summary>
public sealed class AgentWriterTests
{
    [Fact]
    public void Write_AnyAgents_GivesTheBytesOfTheirMessages() => Seeds.ForEach(300, random =>
    {
        using var writer = new WireWriter(1);
        var expected = new GetBreakdownResponse();
        var fromMs = RandomEvents.StartMs - random.NextInt64(5_000);
        var toMs = fromMs + 1 + random.NextInt64(random.Next(2) == 0 ? 100_000 : Limits.LastInstantMs - fromMs);
        var edges = Edges(random, fromMs, toMs);
        var agents = new AgentWriter(edges, number => number == 0 ? "" : $"label {number}");
        for (var agent = random.Next(5); agent >= 0; agent--)
        {
            var agentId = random.NextInt64(1, random.Next(2) == 0 ? 1_000 : long.MaxValue);
            var timeline = Timeline(random);
            Interval[] open = [new(fromMs, fromMs + ((toMs - fromMs) / 2))];
            var totals = BreakdownTotals.Of(timeline, edges, (HoursClip)random.Next(1, 4), open);
            var segments = random.Next(2) == 0 ? Segment.Of(timeline, fromMs, toMs, toMs, []) : [];
            var fault = random.Next(2) == 0 ? "agents.7: \"\u017e\" is not known" : null;
            var message = BreakdownMessages.Agent(agentId, totals, segments);
            message.HoursFault = fault ?? "";
            Assert.Equal(message.CalculateSize(), agents.Write(writer, agentId, totals, segments, fault));
            expected.Agents.Add(message);
        }

        Assert.Equal(expected.ToByteArray(), writer.Written.ToArray());
    });

    [Fact]
    public void Write_TimesBeforeTheEpoch_GivesTheBytesOfTheirMessages()
    {
        using var writer = new WireWriter(1);
        long[] edges = [Limits.FirstInstantMs, -1, 0, 1, Limits.LastInstantMs];
        var totals = BreakdownTotals.Of(default, edges, HoursClip.None, []);
        new AgentWriter(edges, number => number == 0 ? "" : $"label {number}").Write(writer, 1, totals, [], null);
        var expected = new GetBreakdownResponse { Agents = { BreakdownMessages.Agent(1, totals, []) } };
        Assert.Equal(expected.ToByteArray(), writer.Written.ToArray());
    }

    [Fact]
    public void Write_AFaultWithoutFigures_GivesTheBytesOfTheMessage()
    {
        using var writer = new WireWriter(1);
        new AgentWriter([0, 1], _ => "").Write(writer, 5, null, [], "is wrong");
        var agent = new AgentBreakdown { AgentId = 5, HoursFault = "is wrong" };
        Assert.Equal(new GetBreakdownResponse { Agents = { agent } }.ToByteArray(), writer.Written.ToArray());
    }

    private static long[] Edges(Random random, long fromMs, long toMs) =>
    [
        .. Enumerable.Range(0, random.Next(random.Next(2) == 0 ? 6 : 1_000)).Select(_ => random.NextInt64(fromMs, toMs))
            .Append(fromMs).Append(toMs).Distinct().Order(),
    ];

    private static Timeline Timeline(Random random)
    {
        var builder = new TimelineBuilder();
        foreach (var found in RandomEvents.Of(random).OrderBy(found => found.OccurredAtMs))
            builder.Add(found.OccurredAtMs, found.Status, found.Origin);
        return builder.Build();
    }
}
