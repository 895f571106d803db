using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>Asks the server about an agent, and holds every answer against the model's.</summary>
internal sealed class EventQuestions(RecordedEvents recorded, AgentKey agent, Random random)
{
    private static readonly long[] Offsets =
        [0, -1, 1, 60_000, 60_001, Limits.WrapUpMs, Limits.OnCallMs, Limits.OnCallMs - 1, 50_000];

    private readonly List<StatusEvent> _events =
        [.. recorded.Events.Where(one => one.Event.Agent == agent).Select(one => one.Event)];

    private readonly TestServer _server = recorded.Server;

    public async Task AskAsync(int questions)
    {
        for (var i = 0; i < questions; i++)
        {
            var knownAtMs = random.Next(2) == 0 ? (long?)null : KnownAt();
            await AskRingAsync(Instant(_server.NowMs + Limits.FutureMs), knownAtMs);
            await AskBreakdownAsync(knownAtMs);
        }

        await ListAsync();
    }

    /// <summary>What the store holds as the agent's offline periods is what its events come to.</summary>
    public async Task CheckOfflinePeriodsAsync()
    {
        var throughMs = _server.NowMs + 1;
        var expected = new List<(long StartMs, long? EndMs)>();
        foreach (var (startMs, endMs, status) in recorded.Of(agent).Between(recorded.CutMs, throughMs))
        {
            if (status.Status != Status.Offline) continue;
            var isOne = expected.Count > 0 && expected[^1].EndMs == startMs;
            var period = (isOne ? expected[^1].StartMs : startMs, endMs == throughMs ? null : (long?)endMs);
            if (isOne) expected[^1] = period;
            else expected.Add(period);
        }

        IEnumerable<(long, long?)> stored = [];
        await Until.TrueAsync(
            () =>
            {
                _server.Time.Advance(ServerLimits.MaintenanceInterval);
                stored = [.. _server.Store.OfflinePeriods.Read(agent, recorded.CutMs)
                    .Select(period => (Math.Max(period.StartedAtMs, recorded.CutMs), period.EndedAtMs))];
                return stored.SequenceEqual(expected);
            },
            () => $"{agent}: {string.Join(' ', stored)} is not {string.Join(' ', expected)}");
    }

    /// <summary>Who left before the window, and who has no event that counts, is not listed.</summary>
    public static async Task AskWhoIsListedAsync(RecordedEvents recorded, Random random, int agents)
    {
        var nowMs = recorded.Server.NowMs;
        var fromMs = nowMs - 1 - random.NextInt64(nowMs - recorded.CutMs);
        var toMs = fromMs + 1 + random.NextInt64(nowMs - fromMs);
        var answer = await recorded.Server.Service.GetBreakdownAsync(new()
        {
            CompanyId = recorded.CompanyId,
            StartTime = Times.At(fromMs),
            EndTime = Times.At(toMs),
            HoursClip = HoursClip.None,
        });
        var listed = Enumerable.Range(1, agents).Where(id =>
        {
            var counting = RandomEvents.Sorted(recorded.Events.Select(one => one.Event).Where(
                e => e.Agent.AgentId == id && !recorded.Retractions.ContainsKey(e.EventId)));
            var isGone = counting.FindLast(e => e.OccurredAtMs < fromMs)?.Status == Status.Left
                && !counting.Exists(e => e.OccurredAtMs >= fromMs && e.OccurredAtMs < toMs);
            return counting.Count > 0 && !isGone;
        });
        Assert.Equal(listed.Select(id => (long)id), answer.Agents.Select(one => one.AgentId));
    }

    private async Task AskRingAsync(long ringAtMs, long? knownAtMs)
    {
        var answer = await _server.Service.ClassifyRingTargetAsync(new()
        {
            CompanyId = agent.CompanyId,
            AgentId = agent.AgentId,
            RingAt = Times.At(ringAtMs),
            AsKnownAt = knownAtMs is { } at ? Times.At(at) : null,
        });
        var (expected, sinceMs) = RecordedEvents.At(
            recorded.Of(agent, knownAtMs ?? long.MaxValue), ringAtMs, recorded.CutMs);
        Assert.Equal(
            (expected, sinceMs),
            (Said(answer.Status, answer.Origin, answer.StatusLabel),
                answer.StatusSince is { } since ? Ms(since) : null));

        // Of a shared store it is by the store's clock.
        var nowMs = _server.Store.Shared is null ? _server.NowMs : long.MaxValue;
        if (Math.Min(knownAtMs ?? long.MaxValue, nowMs) is var knownThroughMs and < long.MaxValue)
            Assert.Equal(knownThroughMs, Ms(answer.KnownThrough));
    }

    private async Task AskBreakdownAsync(long? knownAtMs)
    {
        var endMs = Math.Min(_server.NowMs, knownAtMs ?? long.MaxValue);
        var edges = new[] { Instant(endMs - 1), Instant(_server.NowMs) };
        var (fromMs, toMs) = (edges.Min(), Math.Max(edges.Max(), edges.Min() + 1));
        var answer = Assert.Single((await _server.Service.GetBreakdownAsync(new()
        {
            CompanyId = agent.CompanyId,
            AgentIds = { agent.AgentId },
            StartTime = Times.At(fromMs),
            EndTime = Times.At(toMs),
            Granularity = random.Next(2) == 0 ? Granularity.Hour : Granularity.Total,
            IncludeSegments = true,
            AsKnownAt = knownAtMs is { } at ? Times.At(at) : null,
        })).Agents);
        var model = recorded.Of(agent, knownAtMs ?? long.MaxValue);
        toMs = Math.Min(toMs, endMs);
        Assert.Equal(toMs, Ms(answer.Buckets[^1].EndTime));
        foreach (var bucket in answer.Buckets) CheckBucket(model, bucket);

        Assert.Equal(
            model.Between(fromMs, toMs),
            answer.Segments.Select(s => (Ms(s.StartTime), Ms(s.EndTime), Said(s.Status, s.Origin, s.Label))));
        Assert.Equal(model.At(fromMs - 1) == model.At(fromMs), answer.Segments[0].CarriedIn);

        // The two views agree.
        var some = answer.Segments[random.Next(answer.Segments.Count)];
        await AskRingAsync(random.NextInt64(Ms(some.StartTime), Ms(some.EndTime)), knownAtMs);
    }

    private static void CheckBucket(ModelAgent model, BreakdownBucket bucket)
    {
        var sums = new SortedDictionary<(Status, string), long>();
        foreach (var (startMs, endMs, status) in model.Between(Ms(bucket.StartTime), Ms(bucket.EndTime)))
        {
            var key = (status.Status, status.Label);
            sums[key] = sums.GetValueOrDefault(key) + endMs - startMs;
        }

        var said = bucket.Durations.ToDictionary(one => ((Status)one.Status, one.Label), one => Ms(one.Duration));
        if (Ms(bucket.Unknown) is > 0 and var unknownMs) said.Add((Status.Unknown, ""), unknownMs);
        Assert.Equal(sums, said.OrderBy(one => one.Key));
    }

    private async Task ListAsync()
    {
        var request = new ListStatusEventsRequest
        {
            CompanyId = agent.CompanyId,
            AgentId = agent.AgentId,
            PageSize = random.Next(6),
        };
        var (fromMs, toMs) = (long.MinValue, long.MaxValue);
        if (_events.Count > 0 && random.Next(2) == 0)
            request.StartTime = Times.At(
                fromMs = Math.Max(recorded.CutMs, _events[random.Next(_events.Count)].OccurredAtMs));
        if (_events.Count > 0 && random.Next(2) == 0)
        {
            toMs = Math.Max(
                Math.Max(fromMs, recorded.CutMs) + 1, _events[random.Next(_events.Count)].OccurredAtMs);
            request.EndTime = Times.At(toMs);
        }

        fromMs = Math.Max(fromMs, recorded.CutMs);
        var listed = new List<V1.StatusEvent>();
        do
        {
            var page = await _server.Service.ListStatusEventsAsync(request);
            Assert.InRange(page.Events.Count, 0, request.PageSize == 0 ? ServerLimits.EventsOfPage : request.PageSize);
            listed.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        var model = recorded.Of(agent);
        var expected = RandomEvents.Sorted(_events.Where(e => e.OccurredAtMs >= fromMs && e.OccurredAtMs < toMs));
        Assert.Equal(expected.Select(e => Expected(model, e)), listed);
    }

    private V1.StatusEvent Expected(ModelAgent model, StatusEvent e)
    {
        var message = new V1.StatusEvent
        {
            AgentId = e.Agent.AgentId,
            Status = (V1.AgentStatus)e.Status,
            Origin = (StatusOrigin)e.Origin,
            OccurredAt = Times.At(e.OccurredAtMs),
            EventId = e.EventId,
            Sequence = e.Sequence,
            CallId = e.CallId,
            DeviceId = e.DeviceId,
            Label = e.Label,
            Actor = e.Actor,
            RecordedAt = Times.At(recorded.Events.Find(one => one.Event == e).AtMs),
            Outcome = model.IsApplied(e) ? RecordOutcome.Applied : RecordOutcome.Shadowed,
        };
        if (!recorded.Retractions.TryGetValue(e.EventId, out var retraction)) return message;
        message.RetractedAt = Times.At(retraction.AtMs);
        (message.RetractionReason, message.RetractionActor) = (retraction.Reason, "import");
        return message;
    }

    /// <summary>Anywhere, but most of all where something happens.</summary>
    private long Instant(long mostMs)
    {
        var near = random.Next(4) == 0 || _events.Count == 0
            ? _server.NowMs - random.NextInt64(_server.NowMs - RandomHistory.StartMs)
            : _events[random.Next(_events.Count)].OccurredAtMs + Offsets[random.Next(Offsets.Length)];
        return Math.Min(Math.Max(near, recorded.CutMs), mostMs);
    }

    /// <summary>Just before, at or just after an instant at which something was recorded.</summary>
    private long KnownAt()
    {
        var atMs = recorded.Events.Select(one => one.AtMs)
            .Concat(recorded.Retractions.Values.Select(one => one.AtMs)).Append(_server.NowMs).Distinct().ToList();
        return Math.Clamp(
            atMs[random.Next(atMs.Count)] + random.Next(-1, 2), recorded.CutMs + 1, _server.NowMs);
    }

    private static ModelStatus Said(V1.AgentStatus status, StatusOrigin origin, string label) =>
        new((Status)status, (Origin)origin, label);

    private static long Ms(Timestamp instant) => Times.Ms(instant);

    private static long Ms(Duration elapsed) => (elapsed.Seconds * 1_000) + (elapsed.Nanos / 1_000_000);
}
