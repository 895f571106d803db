using AgentStatus.Core.OfflinePeriods;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;

namespace AgentStatus.Server.Tests.Scenarios;

/// <summary>Asks a server a ticket's questions and holds the answers against the ticket.</summary>
internal sealed class TicketQuestions(TestServer server, TicketCase ticket)
{
    public async Task<RecordStatusResponse> RecordAsync(TicketEvent e) => await server.Service.RecordStatusAsync(new()
    {
        CompanyId = ticket.CompanyId,
        AgentId = e.AgentId,
        Status = Named<V1.AgentStatus>(e.Status),
        Origin = Named<StatusOrigin>(e.Origin),
        OccurredAt = Times.At(e.OccurredAt),
        EventId = e.EventId,
        Sequence = e.Sequence,
        CallId = e.CallId,
        DeviceId = e.DeviceId,
        Label = e.Label,
        Actor = e.Actor,
    });

    /// <summary>Retracts whatever the ticket retracts, whether it is recorded or not.</summary>
    public async Task RetractAllAsync()
    {
        foreach (var retraction in ticket.Retractions) await RetractAsync(retraction);
    }

    private async Task RetractAsync(TicketRetraction retraction) => await server.Service.RetractStatusAsync(new()
    {
        CompanyId = ticket.CompanyId,
        EventId = retraction.EventId,
        Reason = retraction.Reason,
        Actor = retraction.Actor,
    });

    /// <summary>Records the ticket's events in order, asking what is asked in between, and then everything before and
    /// after a restart.</summary>
    public async Task RunAsync()
    {
        for (var recorded = 0; recorded <= ticket.Events.Count; recorded++)
        {
            foreach (var ring in ticket.Rings.Where(ring => ring.AfterEvents == recorded)) await AskAsync(ring);
            foreach (var one in ticket.Retractions)
                if ((one.AfterEvents ?? ticket.Events.Count) == recorded) await RetractAsync(one);
            if (recorded == ticket.Events.Count) break;
            var answer = await RecordAsync(ticket.Events[recorded]);
            Assert.Equal((ticket.Events[recorded].EventId, Durability.Stored), (answer.EventId, answer.Durability));
            Assert.NotEqual(RecordOutcome.Duplicate, answer.Outcome);
        }

        await AskAllAsync();
        await server.RestartAsync();
        await AskAllAsync();
    }

    /// <summary>Asks everything but rings that come before the last event.</summary>
    public async Task AskAllAsync()
    {
        foreach (var ring in ticket.Rings.Where(ring => ring.AfterEvents is null)) await AskAsync(ring);
        foreach (var breakdown in ticket.Breakdowns) await AskAsync(breakdown);
        foreach (var agent in ticket.OfflinePeriods.GroupBy(period => period.AgentId))
            await CheckPeriodsAsync([.. agent]);
    }

    private async Task AskAsync(TicketRing ring)
    {
        var answer = await server.Service.ClassifyRingTargetAsync(new()
        {
            CompanyId = ticket.CompanyId,
            AgentId = ring.AgentId,
            CallId = ring.CallId,
            QueueRule = Named<QueueRule>(ring.QueueRule),
            RingAt = Times.At(ring.RingAt),
            Outcome = Named<RingOutcome>(ring.Outcome),
        });
        Assert.Equal(
            (Named<RingClassification>(ring.Classification), ring.Label), (answer.Classification, answer.Label));
        if (ring.StatusLabel is { } label) Assert.Equal(label, answer.StatusLabel);
        if (ring.Origin is { } origin) Assert.Equal(Named<StatusOrigin>(origin), answer.Origin);
        if (server.Store is ISharedStore) return;
        Assert.Equal(server.NowMs, answer.KnownThrough.ToDateTimeOffset().ToUnixTimeMilliseconds());
    }

    private async Task CheckListAsync(TicketBreakdown breakdown)
    {
        var page = await server.Service.GetBreakdownAsync(new()
        {
            CompanyId = ticket.CompanyId,
            StartTime = Times.At(breakdown.From),
            EndTime = Times.At(breakdown.To),
            HoursClip = Named<HoursClip>(breakdown.Clip),
        });
        Assert.Equal(breakdown.Listed, page.Agents.Select(agent => agent.AgentId));
    }

    private async Task AskAsync(TicketBreakdown breakdown)
    {
        if (breakdown.Listed is not null)
        {
            await CheckListAsync(breakdown);
            return;
        }

        foreach (var granularity in Enum.GetValues<Granularity>())
        {
            var page = await server.Service.GetBreakdownAsync(new()
            {
                CompanyId = ticket.CompanyId,
                AgentIds = { breakdown.AgentId },
                StartTime = Times.At(breakdown.From),
                EndTime = Times.At(breakdown.To),
                HoursClip = Named<HoursClip>(breakdown.Clip),
                Granularity = granularity,
            });
            var buckets = Assert.Single(page.Agents).Buckets;
            var seconds = buckets.SelectMany(bucket => bucket.Durations)
                .GroupBy(duration => Text(duration.Status) + (duration.Label == "" ? "" : $"/{duration.Label}"))
                .ToDictionary(status => status.Key, status => status.Sum(d => Seconds(d.Duration)));
            seconds["unknown"] = buckets.Sum(bucket => Seconds(bucket.Unknown));
            seconds["outside_hours"] = buckets.Sum(bucket => Seconds(bucket.OutsideHours));
            Assert.Equal(
                breakdown.Seconds.Where(entry => entry.Value > 0).OrderBy(entry => entry.Key),
                seconds.Where(entry => entry.Value > 0).OrderBy(entry => entry.Key));
            if (breakdown.HandleTime is { } handled)
                Assert.Equal(handled, buckets.Sum(bucket => Seconds(bucket.HandleTime)));
        }
    }

    private async Task CheckPeriodsAsync(List<TicketPeriod> expected)
    {
        var agent = new AgentKey(ticket.CompanyId, expected[0].AgentId);

        // They are written a moment after the events, and once more when the company's hours are there.
        IReadOnlyList<OfflinePeriod> stored = [];
        await Until.TrueAsync(() =>
        {
            stored = server.Store.OfflinePeriods.Read(agent, Limits.FirstInstantMs);
            return stored.Select(period => (period.StartedAtMs, period.EndedAtMs, period.BusinessMs)).SequenceEqual(
                expected.Select(period => (
                    Ms(period.StartedAt), (long?)Ms(period.EndedAt), (long?)(period.BusinessSeconds * 1_000))));
        });
        Assert.Equal(
            expected.SelectMany(period => period.Periods.Select(p => new Interval(Ms(p[0]), Ms(p[1])))),
            stored.SelectMany(period => period.BusinessPeriods!));
    }

    private static long Ms(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    private static double Seconds(Duration duration) => duration.ToTimeSpan().TotalSeconds;

    /// <summary>ON_CALL is OnCall in C#.</summary>
    private static T Named<T>(string name) where T : struct, Enum =>
        Enum.Parse<T>(name.Replace("_", ""), ignoreCase: true);

    private static string Text(V1.AgentStatus status) => status switch
    {
        V1.AgentStatus.OnCall => "ON_CALL",
        V1.AgentStatus.WrapUp => "WRAP_UP",
        _ => status.ToString().ToUpperInvariant(),
    };
}
