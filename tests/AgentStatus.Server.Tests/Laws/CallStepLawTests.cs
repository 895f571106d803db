using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>Whatever was kept when, and whatever came late: what Call Steps shows now is what ClassifyRingTarget
/// answers, what was given stays, and the pages of ListCalls count the same. In memory and behind its horizon, and
/// after a restart.</summary>
public sealed class CallStepLawTests
{
    private const int Agents = 3;
    private const int Calls = 8;

    [Theory]
    [InlineData("01:00:00")]
    [InlineData("62.00:00:00")]
    public Task Current_is_what_a_ring_is_and_given_what_it_was(string horizon) => Seeds.ForEachAsync(2, async random =>
    {
        var history = Enumerable.Range(1, Agents).SelectMany(agent => RandomEvents.Of(random)
            .Select(e => e with { Agent = new(1, agent), EventId = $"{agent}-{e.EventId}" })).ToArray();
        var lastMs = history.Select(e => e.OccurredAtMs).Append(RandomEvents.StartMs).Max();
        await using var server = await TestServer.StartAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(lastMs), "--Memory:Horizon", horizon);
        random.Shuffle(history);
        var kept = new Dictionary<Ring, (RingOutcome Outcome, ClassifyRingTargetResponse Given)>();
        foreach (var part in history.Chunk(1 + (history.Length / 4)))
        {
            await Task.WhenAll(part.Select(e => server.Service.RecordAsync(
                (V1.AgentStatus)e.Status, Times.At(e.OccurredAtMs), e.EventId, (StatusOrigin)e.Origin,
                e.Agent.AgentId)));
            for (var ring = 0; ring < 6; ring++) await KeepAsync(server, random, history, kept);
        }

        for (var run = 0; run < 2; run++)
        {
            var changed = new Dictionary<long, int>();
            for (var call = 1; call <= Calls; call++)
            {
                var steps = (await server.Service.GetCallStepsAsync(new() { CompanyId = 1, CallId = call })).Steps;
                Assert.Equal(
                    kept.Keys.Where(ring => ring.Call == call).OrderBy(ring => (ring.AtMs, ring.Agent)),
                    steps.Select(step => new Ring(call, step.AgentId, Times.Ms(step.RingAt))));
                foreach (var step in steps)
                    await CheckAsync(server, step, kept[new(call, step.AgentId, Times.Ms(step.RingAt))]);
                changed[call] = steps.Count(step => step.Changed);
            }

            await CheckPagesAsync(server, random, [.. kept.Keys], changed);
            await server.RestartAsync();
        }
    });

    private static async Task KeepAsync(
        TestServer server, Random random, StatusEvent[] history,
        Dictionary<Ring, (RingOutcome Outcome, ClassifyRingTargetResponse Given)> kept)
    {
        var atMs = history.Length > 0 && random.Next(4) > 0
            ? history[random.Next(history.Length)].OccurredAtMs + random.Next(-1, 2)
            : server.NowMs - random.NextInt64(0, 1_000_000_000);
        var key = new Ring(random.Next(1, Calls + 1), random.Next(1, Agents + 2), Math.Min(atMs, server.NowMs));
        var request = new ClassifyRingTargetRequest
        {
            CompanyId = 1,
            CallId = key.Call,
            AgentId = key.Agent,
            RingAt = Times.At(key.AtMs),
            Record = true,
            Outcome = (RingOutcome)random.Next(8),
        };
        if (kept.TryGetValue(key, out var known) && known.Outcome != 0) request.Outcome = known.Outcome;
        var given = await server.Service.ClassifyRingTargetAsync(request);
        if (known.Given is null || (known.Outcome == 0 && request.Outcome != 0)) kept[key] = (request.Outcome, given);
    }

    private static async Task CheckAsync(
        TestServer server, CallStep step, (RingOutcome Outcome, ClassifyRingTargetResponse Given) kept)
    {
        var now = await server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = 1, AgentId = step.AgentId, RingAt = step.RingAt, Outcome = step.Outcome });
        Assert.Equal(kept.Outcome, step.Outcome);
        Assert.Equal(kept.Given, Response(step.Given));
        Assert.Equal(now, Response(step.Current));
        Assert.Equal(
            (now.Classification, now.Status, now.StatusLabel)
                != (kept.Given.Classification, kept.Given.Status, kept.Given.StatusLabel),
            step.Changed);
    }

    private static async Task CheckPagesAsync(
        TestServer server, Random random, IReadOnlyCollection<Ring> kept,
        Dictionary<long, int> changed)
    {
        var edges = new[] { kept.Min(ring => ring.AtMs), kept.Max(ring => ring.AtMs) + 1 };
        var request = new ListCallsRequest
        {
            CompanyId = 1,
            StartTime = Times.At(edges[0]),
            EndTime = Times.At(edges[1]),
            PageSize = random.Next(4),
        };
        Assert.Equal(
            kept.GroupBy(ring => ring.Call).OrderBy(call => (call.Min(ring => ring.AtMs), call.Key)).Select(call => (
                call.Key, call.Min(ring => ring.AtMs), call.Max(ring => ring.AtMs), call.Count(), changed[call.Key])),
            (await AllAsync(server, request)).Select(call => (
                call.CallId, Times.Ms(call.FirstRingAt), Times.Ms(call.LastRingAt), call.StepCount,
                call.ChangedStepCount)));
        request.OnlyChanged = true;
        Assert.Equal(
            changed.Where(call => call.Value > 0).Select(call => call.Key).Order(),
            (await AllAsync(server, request)).Select(call => call.CallId).Order());

        var middle = kept.ElementAt(random.Next(kept.Count)).AtMs;
        (request.OnlyChanged, request.AgentId) = (false, random.Next(1, Agents + 1));
        request.StartTime = Times.At(middle);
        Assert.Equal(
            kept.Where(ring => ring.AtMs >= middle && ring.Agent == request.AgentId).GroupBy(ring => ring.Call)
                .OrderBy(call => (call.Min(ring => ring.AtMs), call.Key)).Select(call => (call.Key, call.Count())),
            (await AllAsync(server, request)).Select(call => (call.CallId, call.StepCount)));
    }

    private static async Task<List<CallSummary>> AllAsync(TestServer server, ListCallsRequest request)
    {
        var all = new List<CallSummary>();
        request = request.Clone();
        do
        {
            var page = await server.Service.ListCallsAsync(request);
            Assert.InRange(page.Calls.Count, 0, request.PageSize == 0 ? ServerLimits.CallsOfPage : request.PageSize);
            all.AddRange(page.Calls);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    private readonly record struct Ring(long Call, long Agent, long AtMs);

    private static ClassifyRingTargetResponse Response(StepClassification said) => new()
    {
        Classification = said.Classification,
        Label = said.Label,
        Status = said.Status,
        StatusLabel = said.StatusLabel,
        StatusSince = said.StatusSince,
        Origin = said.Origin,
        KnownThrough = said.KnownThrough,
    };
}
