using AgentStatus.Core.Hours;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>Asks the server about an agent and holds every answer against the model's.</summary>
internal sealed class Questions(TestServer server, AgentKey agent, IReadOnlyCollection<StatusEvent> events)
{
    private static readonly string[] Zones =
    [
        "", "UTC", "Europe/Prague", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu",
        "America/Havana", "Lord Howe Standard Time",
    ];

    public async Task AskAsync(Random random, int questions)
    {
        var model = new Model(agent, events, Hours());
        for (var i = 0; i < questions; i++)
        {
            await AskRingAsync(model, Instant(random, server.NowMs + Limits.FutureMs));
            await AskBreakdownAsync(model, random);
        }
    }

    /// <summary>What the store holds as the agent's offline periods equals what events and hours versions
    /// say.</summary>
    public async Task CheckOfflinePeriodsAsync()
    {
        var model = new Model(agent, events, Hours());
        var expected = model.OfflineStretches(server.NowMs);
        await Until.TrueAsync(() => server.Store.OfflinePeriods.Read(agent, Limits.FirstInstantMs)
            .Select(period => (period.StartedAtMs, period.EndedAtMs)).SequenceEqual(expected), $"{agent}: the periods");
        var latest = Hours().Latest.InForceFromMs;
        await Until.TrueAsync(() => server.Store.OfflinePeriods.FindStale(agent.CompanyId, latest).Count == 0);
        foreach (var period in server.Store.OfflinePeriods.Read(agent, Limits.FirstInstantMs))
        {
            if (period.EndedAtMs is { } endedAtMs) Assert.Equal(endedAtMs, period.ComputedThroughMs);
            Assert.Equal(model.Open(period.StartedAtMs, period.ComputedThroughMs), period.BusinessPeriods);
        }
    }

    private HoursHistory Hours() => server.Part<CompanyHours>().Find(agent.CompanyId)!;

    /// <summary>Anywhere, but most of all where something happens.</summary>
    private long Instant(Random random, long mostMs)
    {
        var near = random.Next(3) == 0 || events.Count == 0
            ? server.NowMs - random.NextInt64(0, 40L * 24 * 3_600_000)
            : events.ElementAt(random.Next(events.Count)).OccurredAtMs
                + ((long[])[0, -1, 1, Limits.WrapUpMs, Limits.OnCallMs, Limits.OnCallMs - 1, 50_000])[random.Next(7)];
        return Math.Min(near, mostMs);
    }

    private async Task AskRingAsync(Model model, long ringAtMs)
    {
        var answer = await server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = agent.CompanyId, AgentId = agent.AgentId, RingAt = Times.At(ringAtMs) });
        Assert.Equal(
            model.At(ringAtMs),
            ((Status)answer.Status, (Origin)answer.Origin, answer.StatusSince is { } since ? Ms(since) : null));
    }

    private async Task AskBreakdownAsync(Model model, Random random)
    {
        var edges = new[] { Instant(random, server.NowMs), Instant(random, server.NowMs) };
        var (fromMs, toMs) = (edges.Min(), Math.Max(edges.Max(), edges.Min() + 1));
        if (fromMs >= server.NowMs) fromMs = server.NowMs - 1;
        var request = new GetBreakdownRequest
        {
            CompanyId = agent.CompanyId,
            AgentIds = { agent.AgentId },
            StartTime = Times.At(fromMs),
            EndTime = Times.At(toMs),
            Granularity = (Granularity)random.Next(8),
            WeekStart = (Weekday)random.Next(8),
            HoursClip = (HoursClip)random.Next(4),
            TimeZone = Zones[random.Next(Zones.Length)],
            IncludeSegments = true,
        };
        var answer = Assert.Single((await server.Service.GetBreakdownAsync(request)).Agents);
        toMs = Math.Min(toMs, server.NowMs);
        CheckBuckets(model, request, answer, fromMs, toMs);
        CheckSegments(model, answer, fromMs, toMs);
    }

    private static void CheckBuckets(
        Model model, GetBreakdownRequest request, AgentBreakdown answer, long fromMs, long toMs)
    {
        var atMs = fromMs;
        foreach (var bucket in answer.Buckets)
        {
            var (startMs, endMs) = (Ms(bucket.StartTime), Ms(bucket.EndTime));
            Assert.Equal(atMs, startMs);
            Assert.True(endMs > startMs);
            var sums = bucket.Durations.ToDictionary(entry => (int)entry.Status, entry => Ms(entry.Duration));
            Assert.Equal(sums.GetValueOrDefault(3) + sums.GetValueOrDefault(4), Ms(bucket.HandleTime));
            sums.Add(0, Ms(bucket.Unknown));
            sums.Add(-1, Ms(bucket.OutsideHours));
            Assert.Equal(endMs - startMs, sums.Values.Sum());
            Assert.Equal(
                model.Durations(startMs, endMs, request.HoursClip).OrderBy(sum => sum.Key),
                sums.OrderBy(sum => sum.Key));
            atMs = endMs;
        }

        Assert.Equal(toMs, atMs);
    }

    private void CheckSegments(Model model, AgentBreakdown answer, long fromMs, long toMs)
    {
        Assert.Equal(
            model.Segments(fromMs, toMs).Select(s => (
                s.Interval.StartMs,
                s.Interval.EndMs,
                (int)s.Interval.Effective.Status,
                (int)s.Interval.Effective.Origin,
                s.InHours)),
            answer.Segments.Select(s => (
                Ms(s.StartTime), Ms(s.EndTime), (int)s.Status, (int)s.Origin, s.InBusinessHours)));

        var before = model.Segments(fromMs - 1, fromMs)[0].Interval.Effective;
        var first = model.Segments(fromMs, toMs)[0].Interval.Effective;
        Assert.Equal(before == first, answer.Segments[0].CarriedIn);
        Assert.All(answer.Segments.Skip(1), segment => Assert.False(segment.CarriedIn));

        var now = model.Segments(toMs - 1, server.NowMs + 1);
        Assert.Equal(now.All(s => s.Interval.Effective == now[0].Interval.Effective), answer.Segments[^1].Open);
        Assert.All(answer.Segments.SkipLast(1), segment => Assert.False(segment.Open));
    }

    private static long Ms(Timestamp instant) => Times.Ms(instant);

    private static long Ms(Duration elapsed) => (elapsed.Seconds * 1_000) + (elapsed.Nanos / 1_000_000);
}
