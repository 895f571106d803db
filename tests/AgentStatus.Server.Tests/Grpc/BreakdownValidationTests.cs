using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Grpc;

public sealed class BreakdownValidationTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private static (string Fields, Action<GetBreakdownRequest> Spoil)[] Bad =>
    [
        ("company_id", r => r.CompanyId = 0),
        ("company_id", r => r.CompanyId = long.MinValue),
        ("agent_ids[1]", r => r.AgentIds.Add([1, 0])),
        ("agent_ids[0] agent_ids[2]", r => r.AgentIds.Add([-1, 5, long.MinValue])),
        ("agent_ids", r => r.AgentIds.Add(Enumerable.Range(1, 1_001).Select(id => (long)id))),
        ("start_time", r => r.StartTime = null),
        ("end_time", r => r.EndTime = null),
        ("start_time end_time", r => (r.StartTime, r.EndTime) = (null, null)),
        ("start_time end_time", r => (r.StartTime, r.EndTime) = (null, new() { Nanos = -1 })),
        ("start_time end_time", r => (r.StartTime, r.EndTime) = (new() { Nanos = -1 }, null)),
        ("end_time", r => r.EndTime = r.StartTime),
        ("end_time", r => r.EndTime = r.StartTime + new Duration { Nanos = 999_999 }),
        ("end_time", r => r.EndTime = new() { Seconds = Times.FirstSecond }),
        ("start_time", r => r.StartTime = Times.At(Now)),
        ("start_time", r =>
        {
            (r.StartTime, r.EndTime) = (new() { Seconds = Times.LastSecond - 1 }, new() { Seconds = Times.LastSecond });
        }),
        ("granularity", r => r.Granularity = (Granularity)8),
        ("granularity", r => r.Granularity = (Granularity)(-1)),
        ("granularity", r => (r.StartTime, r.Granularity) = (new() { Seconds = Times.FirstSecond }, Granularity.Day)),
        ("granularity", r => (r.StartTime, r.Granularity) = (new() { Seconds = Times.FirstSecond }, Granularity.Hour)),
        ("week_start", r => r.WeekStart = (Weekday)8),
        ("week_start", r => r.WeekStart = (Weekday)(-1)),
        ("hours_clip", r => r.HoursClip = (HoursClip)4),
        ("hours_basis", r => r.HoursBasis = (HoursBasis)3),
        ("time_zone", r => r.TimeZone = "Europe/Atlantis"),
        ("time_zone", r => r.TimeZone = "europe/prague"),
        ("time_zone", r => r.TimeZone = " "),
        ("time_zone", r => r.TimeZone = "central europe standard time"),
        ("time_zone", r => r.TimeZone = "\0\n\u00e9\U0001F600%"),
        ("time_zone", r => r.TimeZone = new string('\u017e', 30_000)),
        ("page_size", r => r.PageSize = -1),
        ("page_size", r => r.PageSize = int.MinValue),
        ("page_token", r => r.PageToken = "?"),
        ("page_token", r => r.PageToken = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("page_token", r => r.PageToken = new string('\u00e9', 30_000)),
        ("company_id agent_ids[0] granularity hours_clip hours_basis page_size page_token end_time time_zone", r =>
        {
            (r.CompanyId, r.Granularity, r.HoursClip, r.HoursBasis) = (0, (Granularity)8, (HoursClip)4, (HoursBasis)3);
            (r.PageSize, r.PageToken, r.TimeZone, r.EndTime) = (-1, "!", "x", r.StartTime);
            r.AgentIds.Add(0);
        }),
    ];

    [Fact]
    public async Task Whatever_is_wrong_is_named()
    {
        await Server.Service.GetBreakdownAsync(Good());
        foreach (var (fields, spoil) in Bad) await AssertRefusedAsync(fields, spoil);
        foreach (var time in Times.Impossible)
        {
            await AssertRefusedAsync("start_time", r => r.StartTime = time);
            await AssertRefusedAsync("end_time", r => r.EndTime = time);
        }
    }

    [Fact]
    public async Task What_is_just_within_the_limits_is_answered()
    {
        Action<GetBreakdownRequest>[] good =
        [
            r => r.CompanyId = long.MaxValue,
            r => r.AgentIds.Add(long.MaxValue),
            r => r.AgentIds.Add(Enumerable.Range(1, 1_000).Select(id => (long)id)),
            r => r.StartTime = new() { Seconds = Times.FirstSecond },
            r => (r.StartTime, r.Granularity) = (new() { Seconds = Times.FirstSecond }, Granularity.Month),
            r => (r.StartTime, r.TimeZone) = (new() { Seconds = Times.FirstSecond }, "America/New_York"),
            r => (r.StartTime, r.TimeZone) = (new() { Seconds = Times.FirstSecond }, "Pacific/Kiritimati"),
            r => r.EndTime = new() { Seconds = Times.LastSecond, Nanos = 999_999_999 },
            r => r.EndTime = r.StartTime + new Duration { Nanos = 1_000_000 },
            r => r.StartTime = Times.At(Now.AddMilliseconds(-1)),
            r => r.PageSize = int.MaxValue,
            r => r.TimeZone = "Australia/Lord_Howe",
        ];
        foreach (var adapt in good)
            foreach (var clip in System.Enum.GetValues<HoursClip>())
                foreach (var segments in (bool[])[false, true])
                {
                    var request = Good();
                    (request.HoursClip, request.IncludeSegments) = (clip, segments);
                    adapt(request);
                    var page = await Server.Service.GetBreakdownAsync(request);
                    Assert.Equal(request.AgentIds.Select(id => id), page.Agents.Select(agent => agent.AgentId));
                    Assert.All(page.Agents, agent => Assert.Equal(segments, agent.Segments.Count > 0));
                    Assert.Equal(request.TimeZone.Length > 0 ? request.TimeZone : "UTC", page.TimeZone);
                }
    }

    [Fact]
    public async Task There_are_at_most_50000_buckets()
    {
        var request = Good();
        request.AgentIds.Add(1);
        request.Granularity = Granularity.Hour;
        request.EndTime = Times.At(Now);
        request.StartTime = Times.At(Now.AddHours(-Limits.BreakdownBuckets));
        var page = await Server.Service.GetBreakdownAsync(request);
        Assert.Equal(Limits.BreakdownBuckets, page.Agents[0].Buckets.Count);

        request.StartTime = Times.At(Now.AddHours(-Limits.BreakdownBuckets - 1));
        var tooMany = await Refused.ByAsync(async () => await Server.Service.GetBreakdownAsync(request));
        tooMany.AssertInvalid("granularity");
        Assert.Contains("BreakdownBuckets is 50000", tooMany.Message);
    }

    private async Task AssertRefusedAsync(string fields, Action<GetBreakdownRequest> spoil)
    {
        var request = Good();
        spoil(request);
        var refused = await Refused.ByAsync(async () => await Server.Service.GetBreakdownAsync(request));
        refused.AssertInvalid(fields.Split(' '));
    }

    private static GetBreakdownRequest Good() => new()
    {
        CompanyId = 280197,
        StartTime = Times.At(Now.AddDays(-1)),
        EndTime = Times.At(Now.AddHours(1)),
    };
}
