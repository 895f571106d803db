using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests;

public sealed class BreakdownTests : FakeServerTests
{
    private static readonly GetBreakdownRequest Query = new()
    {
        CompanyId = 1,
        StartTime = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2025-10-01T00:00:00Z")),
        EndTime = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2025-10-02T00:00:00Z")),
        AgentIds = { 5, 6, 7, 8, 9 },
        Granularity = Granularity.Day,
        HoursClip = HoursClip.AllStatuses,
        HoursBasis = HoursBasis.AsNow,
        IncludeSegments = true,
        TimeZone = "Europe/Prague",
        PageSize = 2,
    };

    [Fact]
    public async Task All_pages_are_read_with_the_same_fields_and_each_page_s_token()
    {
        Server.Service.OnBreakdown = TwoAgentsAPage;
        using var client = Server.Connect();

        var agents = await client.GetBreakdownAsync(Query).Select(agent => agent.AgentId).ToListAsync();

        Assert.Equal([5, 6, 7, 8, 9], agents);
        Assert.Equal(["", "from 2", "from 4"], Server.Service.BrokenDown.Select(request => request.PageToken));
        Assert.All(Server.Service.BrokenDown, request =>
            Assert.Equal(Query, new GetBreakdownRequest(request) { PageToken = "" }));
    }

    [Fact]
    public async Task A_page_is_fetched_only_when_it_is_read()
    {
        Server.Service.OnBreakdown = TwoAgentsAPage;
        using var client = Server.Connect();

        var agents = await client.GetBreakdownAsync(Query).Take(2).ToListAsync();

        Assert.Equal(2, agents.Count);
        Assert.Single(Server.Service.BrokenDown);
    }

    [Fact]
    public async Task A_page_that_fails_is_tried_again_without_the_pages_before_it()
    {
        var failures = 1;
        Server.Service.OnBreakdown = request => request.PageToken == "from 2" && failures-- > 0
            ? throw Errors.Of(StatusCode.Unavailable)
            : TwoAgentsAPage(request);
        using var client = Server.Connect();

        var agents = await client.GetBreakdownAsync(Query).Select(agent => agent.AgentId).ToListAsync();

        Assert.Equal([5, 6, 7, 8, 9], agents);
        Assert.Equal(
            ["", "from 2", "from 2", "from 4"], Server.Service.BrokenDown.Select(request => request.PageToken));
    }

    [Fact]
    public async Task Reading_goes_on_from_a_token_that_was_kept()
    {
        Server.Service.OnBreakdown = TwoAgentsAPage;
        using var client = Server.Connect();
        var first = await client.GetBreakdownPagesAsync(Query).FirstAsync();

        var rest = client.GetBreakdownAsync(new(Query) { PageToken = first.NextPageToken });

        Assert.Equal([7, 8, 9], await rest.Select(agent => agent.AgentId).ToListAsync());
    }

    [Fact]
    public void DurationOf_StatusWithoutTime_IsZero()
    {
        var bucket = new BreakdownBucket
        {
            StartTime = Query.StartTime,
            EndTime = Query.EndTime,
            Durations = { new StatusDuration { Status = Status.Away, Duration = new() { Seconds = 5400 } } },
        };

        Assert.Equal(TimeSpan.FromMinutes(90), bucket.DurationOf(Status.Away));
        Assert.Equal(TimeSpan.Zero, bucket.DurationOf(Status.Online));
        Assert.Equal(TimeSpan.FromDays(1), bucket.Length());
    }

    private static GetBreakdownResponse TwoAgentsAPage(GetBreakdownRequest request)
    {
        var done = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken["from ".Length..]);
        var page = request.AgentIds.Skip(done).Take(2).Select(id => new AgentBreakdown { AgentId = id });
        var next = done + 2 < request.AgentIds.Count ? $"from {done + 2}" : "";
        return new GetBreakdownResponse { Agents = { page }, NextPageToken = next };
    }
}
