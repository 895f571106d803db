using AgentStatus.Server.Tests.Laws;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>That servers of one database, and its collections, say the same of a company's agents 1 to n.</summary>
internal sealed class Agreement(SharedDatabase database, long companyId, int agents)
{
    /// <summary>Waits until all servers give the same breakdown with segments, and it and the offline periods are what
    /// follows from the events.</summary>
    public async Task CheckAsync(IReadOnlyList<MongoServer> servers, DateTimeOffset from)
    {
        var toMs = TimeProvider.System.GetUtcNow().AddSeconds(-10).ToUnixTimeMilliseconds();
        var fromMs = from.ToUnixTimeMilliseconds();
        var events = database.Events().ToLookup(e => e.Agent.AgentId);
        var hours = database.Hours(companyId);
        var retracted = database.Texts("retractions", "event_id");
        var models = Enumerable.Range(1, agents).Select(agent => new Model(
            new(companyId, agent), [.. events[agent]], hours, retracted)).ToList();
        var expected = models.Select(model => model.Segments(fromMs, toMs)
            .Select(s => new Span(
                (int)s.Interval.Effective.Status, (int)s.Interval.Effective.Origin,
                model.LabelOf(s.Interval.Effective), s.InHours, s.Interval.StartMs, s.Interval.EndMs))
            .ToList()).ToList();
        var request = new GetBreakdownRequest
        {
            CompanyId = companyId,
            AgentIds = { Enumerable.Range(1, agents).Select(agent => (long)agent) },
            StartTime = Times.At(fromMs),
            EndTime = Times.At(toMs),
            HoursClip = HoursClip.None,
            IncludeSegments = true,
        };
        GetBreakdownResponse[] answers = [];
        await Until.TrueAsync(
            async () =>
            {
                answers = await Task.WhenAll(
                    servers.Select(server => server.Service.GetBreakdownAsync(request).ResponseAsync));
                return answers.All(answer => answer.Agents.Equals(answers[0].Agents)
                    && answer.Agents.Zip(expected).All(pair => Segments(pair.First).SequenceEqual(pair.Second)));
            },
            () => "all servers answer what follows from the events: "
                + string.Join('\n', answers.Select(answer => Difference(answer, expected))));
        await database.PeriodsAgreeAsync(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private static string Difference(GetBreakdownResponse answer, List<List<Span>> expected)
    {
        var pair = answer.Agents.Zip(expected).FirstOrDefault(pair => !Segments(pair.First).SequenceEqual(pair.Second));
        return pair == default
            ? "right"
            : $"agent {pair.First.AgentId}: too much {string.Join(',', Segments(pair.First).Except(pair.Second))}, "
            + $"missing {string.Join(',', pair.Second.Except(Segments(pair.First)))}";
    }

    private static IEnumerable<Span> Segments(AgentBreakdown agent) => agent.Segments.Select(s =>
        new Span((int)s.Status, (int)s.Origin, s.Label, s.InBusinessHours, Times.Ms(s.StartTime), Times.Ms(s.EndTime)));

    private sealed record Span(int Status, int Origin, string Label, bool InHours, long StartMs, long EndMs);
}
