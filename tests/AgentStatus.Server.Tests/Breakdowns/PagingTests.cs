using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Breakdowns;

public sealed class PagingTests : IAsyncLifetime
{
    private const int Agents = 10;

    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Open every other half an hour.</summary>
    private static readonly string ManyHours = $$"""{"2": {"weekly": { {{string.Join(",", Days)}} } } }""";

    private static IEnumerable<string> Days => System.Enum.GetNames<DayOfWeek>().Select(day =>
    {
        var slots = Enumerable.Range(0, 24).Select(hour => $"[\"{hour:00}:00\",\"{hour:00}:30\"]");
        return $"\"{day.ToLowerInvariant()}\": [{string.Join(",", slots)}]";
    });

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithHoursAsync(Now, ManyHours);
        for (var agent = 1; agent <= Agents; agent++)
        {
            await _server.Service.RecordAsync(
                V1.AgentStatus.Away, Times.At(Now.AddHours(-agent)), origin: StatusOrigin.App, agentId: agent * 7);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(Agents)]
    [InlineData(Agents + 1)]
    public async Task Pages_hold_every_agent_once_in_order(int pageSize)
    {
        var whole = await _server.Service.GetBreakdownAsync(Window());
        Assert.Equal(
            Enumerable.Range(1, Agents).Select(agent => agent * 7L), whole.Agents.Select(agent => agent.AgentId));
        Assert.Empty(whole.NextPageToken);

        // All of the company's, and named ones in the order of the request, one of them twice.
        foreach (var named in (long[][])[[], [63, 7, 999, 7, 14, 70, 21, 28, 35, 42]])
        {
            var request = Window(named);
            whole = await _server.Service.GetBreakdownAsync(request);
            request.PageSize = pageSize;
            var pages = await PagesAsync(request);
            Assert.Equal(whole.Agents, pages.SelectMany(page => page.Agents));
            Assert.All(pages.SkipLast(1), page => Assert.Equal(pageSize, page.Agents.Count));
        }
    }

    [Fact]
    public async Task A_token_is_good_for_the_same_request_only_and_for_any_page_size()
    {
        var request = Window();
        request.PageSize = 4;
        request.PageToken = (await _server.Service.GetBreakdownAsync(request)).NextPageToken;
        request.PageSize = 2;
        var second = await _server.Service.GetBreakdownAsync(request);
        Assert.Equal([35, 42], second.Agents.Select(agent => agent.AgentId));

        Action<GetBreakdownRequest>[] changes =
        [
            r => r.CompanyId = 2,
            r => r.AgentIds.Add(7),
            r => r.StartTime.Seconds--,
            r => r.EndTime.Seconds++,
            r => r.Granularity = Granularity.Month,
            r => r.HoursClip = HoursClip.None,
            r => r.HoursBasis = HoursBasis.AsNow,
            r => r.IncludeSegments = false,
            r => r.TimeZone = "Europe/Prague",
            r => r.PageToken = r.PageToken[..^1],
            r => r.PageToken += "A",
            r => r.PageToken = (r.PageToken[0] == 'A' ? "B" : "A") + r.PageToken[1..],
        ];
        foreach (var change in changes)
        {
            var other = request.Clone();
            change(other);
            var refused = await Refused.ByAsync(async () => await _server.Service.GetBreakdownAsync(other));
            refused.AssertInvalid("page_token");
        }
    }

    [Theory]
    [InlineData(long.MaxValue, 7)]
    [InlineData(long.MinValue, 7)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(0, long.MinValue)]
    [InlineData(0, long.MaxValue)]
    public async Task A_token_that_somebody_made_up_is_refused(long asOfMs, long position)
    {
        foreach (var named in (long[][])[[], [7, 14]])
        {
            var request = Window(named);
            request.PageToken = new PageToken(asOfMs == 0 ? _server.NowMs : asOfMs, position).Write(request);
            var refused = await Refused.ByAsync(async () => await _server.Service.GetBreakdownAsync(request));
            Assert.Equal("page_token", refused.Fields.First());
            request.PageToken = new PageToken(_server.NowMs, long.MaxValue - 1).Write(request);
            Assert.Empty((await _server.Service.GetBreakdownAsync(request)).Agents);
        }
    }

    [Fact]
    public async Task A_window_past_now_ends_at_now_and_the_token_keeps_that()
    {
        var request = Window();
        request.EndTime = Times.At(Now.AddDays(1));
        request.PageSize = 6;
        var first = await _server.Service.GetBreakdownAsync(request);
        _server.Time.Advance(TimeSpan.FromHours(2));
        request.PageToken = first.NextPageToken;
        var second = await _server.Service.GetBreakdownAsync(request);
        Assert.Equal(Now, first.CompleteThrough.ToDateTimeOffset());
        Assert.Equal(Now.AddHours(2), second.CompleteThrough.ToDateTimeOffset());
        foreach (var agent in first.Agents.Concat(second.Agents))
        {
            Assert.Equal(Now, agent.Buckets[^1].EndTime.ToDateTimeOffset());
            Assert.Equal(Now, agent.Segments[^1].EndTime.ToDateTimeOffset());
            Assert.True(agent.Segments[^1].Open);
        }

        Assert.Empty(second.NextPageToken);
    }

    [Fact]
    public async Task A_page_ends_before_3_MB()
    {
        var request = Window([.. Enumerable.Range(1, 100).Select(id => (long)id)]);
        request.StartTime = Times.At(Now.AddDays(-120));
        request.Granularity = Granularity.Hour;
        var pages = await PagesAsync(request);
        Assert.InRange(pages.Count, 2, 5);
        Assert.All(pages, page => Assert.InRange(page.CalculateSize(), 0, ServerLimits.BreakdownPageBytes + 200));
        Assert.All(pages.SkipLast(1), page => Assert.InRange(
            page.CalculateSize(), ServerLimits.BreakdownPageBytes / 2, int.MaxValue));
        Assert.Equal(request.AgentIds, pages.SelectMany(page => page.Agents.Select(agent => agent.AgentId)));
    }

    [Fact]
    public async Task One_agent_that_is_too_large_alone_is_refused_with_a_hint()
    {
        var request = Window(7);
        request.CompanyId = 2;
        request.StartTime = Times.At(Now.AddHours(-49_000));
        request.Granularity = Granularity.Hour;
        var refused = await Refused.ByAsync(async () => await _server.Service.GetBreakdownAsync(request));
        refused.AssertInvalid("end_time");
        Assert.Contains("BreakdownPageBytes", refused.Message);
        Assert.Contains("narrow the window", refused.Message);
        request.IncludeSegments = false;
        Assert.Single((await _server.Service.GetBreakdownAsync(request)).Agents);
    }

    private async Task<List<GetBreakdownResponse>> PagesAsync(GetBreakdownRequest request)
    {
        var pages = new List<GetBreakdownResponse>();
        do
        {
            pages.Add(await _server.Service.GetBreakdownAsync(request));
            request.PageToken = pages[^1].NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return pages;
    }

    private static GetBreakdownRequest Window(params long[] agentIds) => new()
    {
        CompanyId = 1,
        AgentIds = { agentIds },
        StartTime = Times.At(Now.AddDays(-1)),
        EndTime = Times.At(Now),
        IncludeSegments = true,
    };
}
