using AgentStatus.Server.Tests.Laws;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Http;

/// <summary>Whichever breakdown is asked for, its JSON is read as the message of gRPC, page by page.</summary>
public sealed class BreakdownLawTests
{
    private const int Agents = 12;

    private const string Hours =
        """
        {"1": {"time_zone": "Europe/Prague", "weekly": {"monday": [["09:00","12:00"],["13:00","17:30"]],
            "sunday": [["22:00","06:00"]]}, "agents": {"2": {"weekly": {"monday": "soon"}}}}}
        """;

    [Fact]
    public Task A_breakdown_in_JSON_is_that_of_gRPC() => Seeds.ForEachAsync(2, async random =>
    {
        var history = Enumerable.Range(1, Agents).SelectMany(agent =>
            from e in RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs)
            select e with { Agent = new(1, agent), EventId = $"{agent}-{e.EventId}" }).ToArray();
        random.Shuffle(history);
        await using var server = await TestServer.StartWithHoursAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(history.Max(e => e.OccurredAtMs) + 1_000), Hours,
            "--Http", "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = server.Http };
        foreach (var part in history.Chunk(20))
        {
            await server.Service.RecordStatusesAsync(
                new() { CompanyId = 1, Events = { part.Select(RecordedEvents.Request) } });
            server.Time.Advance(TimeSpan.FromMinutes(1));
        }

        foreach (var granularity in Enum.GetValues<Granularity>())
        {
            foreach (var clip in Enum.GetValues<HoursClip>())
                await AskAsync(server, client, Question(random, server, history, granularity, clip));
        }
    });

    private static async Task AskAsync(TestServer server, HttpClient client, GetBreakdownRequest request)
    {
        do
        {
            var said = await server.Service.GetBreakdownAsync(request);
            Assert.Equal(said, await client.AskAsync(request));
            request.PageToken = said.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    private static GetBreakdownRequest Question(
        Random random, TestServer server, StatusEvent[] history, Granularity granularity, HoursClip clip)
    {
        var fromMs = history[random.Next(history.Length)].OccurredAtMs - random.Next(2);
        var toMs = fromMs + random.NextInt64(1, 400_000_000);
        var knownMs = random.Next(2) == 0 ? Math.Max(fromMs + 1, server.NowMs - random.Next(600_000)) : (long?)null;
        return new()
        {
            CompanyId = 1,
            AgentIds = { random.Next(2) == 0 ? [] : [3, 2, Agents + 1] },
            StartTime = Times.At(fromMs),
            EndTime = Times.At(toMs),
            Granularity = granularity,
            HoursClip = clip,
            HoursBasis = (HoursBasis)random.Next(3),
            IncludeSegments = random.Next(2) == 0,
            TimeZone = random.Next(2) == 0 ? "" : "America/St_Johns",
            PageSize = random.Next(2) == 0 ? 0 : random.Next(1, Agents),
            AsKnownAt = knownMs is { } ms ? Times.At(ms) : null,
        };
    }
}
