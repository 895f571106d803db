using AgentStatus.Server.Tests.Laws;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Http;

/// <summary>Whatever is asked, JSON says what gRPC says: answers and errors alike, with their details.</summary>
public sealed class JsonLawTests
{
    private const int Agents = 4;
    private const int Asked = 60;

    private const string Hours =
        """
        {"1": {"time_zone": "Europe/Prague", "weekly": {"monday": [["09:00","12:00"],["13:00","17:30"]],
            "sunday": [["22:00","06:00"]]}, "agents": {"2": {"weekly": {"monday": "soon"}}}}}
        """;

    private static readonly string[] Zones = ["", "", "America/St_Johns", "Lord Howe Standard Time", "nowhere +/?&"];

    [Theory]
    [InlineData("01:00:00")]
    [InlineData("62.00:00:00")]
    public Task Json_says_what_gRPC_says(string horizon) => Seeds.ForEachAsync(1, async random =>
    {
        var history = Enumerable.Range(1, Agents).SelectMany(agent =>
            from e in RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs)
            select e with { Agent = new(1, agent), EventId = $"{agent}-{e.EventId}", Actor = "Žofie \"\\" }).ToList();
        await using var server = await TestServer.StartWithHoursAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(history.Max(e => e.OccurredAtMs) + 1_000), Hours,
            "--Http", "http://127.0.0.1:0", "--Memory:Horizon", horizon);
        using var client = new HttpClient { BaseAddress = server.Http };
        foreach (var part in history.Chunk(7)) await RecordAsync(client, random, part);
        for (var i = 0; i < Asked; i++) await AskAsync(server, client, random, Question(server, random, history));
    });

    private static async Task RecordAsync(HttpClient client, Random random, StatusEvent[] events)
    {
        var request = new RecordStatusesRequest { CompanyId = 1 };
        foreach (var e in events)
        {
            var one = RecordedEvents.Request(e);
            one.CompanyId = random.Next(2);
            request.Events.Add(one);
        }

        var answer = (RecordStatusesResponse)await client.AskAsync(request, random.Next(2) == 0);
        Assert.Equal(events.Select(e => e.EventId), answer.Results.Select(result => result.Recorded?.EventId));
    }

    /// <summary>Page by page, as far as there are pages.</summary>
    private static async Task AskAsync(TestServer server, HttpClient client, Random random, IMessage request)
    {
        // Only the first retraction of an event is told so.
        if (request is RetractStatusRequest) await ByGrpcAsync(server.Service, request);
        IMessage said;
        for (var pages = 0; pages < 5; pages++)
        {
            said = await ByGrpcAsync(server.Service, request);
            Assert.Equal(said, await client.AskAsync(request, random.Next(2) == 0));
            var token = said.Descriptor.FindFieldByName("next_page_token")?.Accessor.GetValue(said) as string;
            if (string.IsNullOrEmpty(token)) break;
            request.Descriptor.FindFieldByName("page_token").Accessor.SetValue(request, token);
        }
    }

    private static async Task<IMessage> ByGrpcAsync(AgentStatusService.AgentStatusServiceClient service, IMessage asked)
    {
        try
        {
            return asked switch
            {
                RetractStatusRequest request => await service.RetractStatusAsync(request),
                ListStatusEventsRequest request => await service.ListStatusEventsAsync(request),
                ClassifyRingTargetRequest request => await service.ClassifyRingTargetAsync(request),
                ClassifyRingTargetsRequest request => await service.ClassifyRingTargetsAsync(request),
                GetCallStepsRequest request => await service.GetCallStepsAsync(request),
                ListCallsRequest request => await service.ListCallsAsync(request),
                GetBreakdownRequest request => await service.GetBreakdownAsync(request),
                GetCompanyHoursRequest request => await service.GetCompanyHoursAsync(request),
                _ => throw new NotSupportedException(asked.Descriptor.Name),
            };
        }
        catch (RpcException refused)
        {
            return refused.GetRpcStatus()
                ?? new Google.Rpc.Status { Code = (int)refused.StatusCode, Message = refused.Status.Detail };
        }
    }

    /// <summary>Mostly a good one.</summary>
    private static IMessage Question(TestServer server, Random random, IReadOnlyList<StatusEvent> history)
    {
        var (from, to) = (At(), At());
        if (from.CompareTo(to) > 0 && random.Next(9) > 0) (from, to) = (to, from);
        var agentId = random.Next(9) == 0 ? random.NextInt64() : random.Next(random.Next(5) == 0 ? -1 : 1, Agents + 2);
        var known = random.Next(4) == 0 ? At() : null;
        var isKept = known is null && random.Next(3) == 0;
        return random.Next(9) switch
        {
            0 => new RetractStatusRequest { CompanyId = 1, EventId = Id(), Reason = "é\u2028<", Actor = "x" },
            1 => new ListStatusEventsRequest
            {
                CompanyId = 1,
                AgentId = agentId,
                StartTime = random.Next(2) == 0 ? from : null,
                EndTime = random.Next(2) == 0 ? to : null,
                PageSize = random.Next(-1, 9),
            },
            2 => new ClassifyRingTargetRequest
            {
                CompanyId = 1,
                AgentId = agentId,
                RingAt = from,
                Outcome = (RingOutcome)random.Next(9),
                CallId = random.Next(4),
                Record = isKept,
                AsKnownAt = known,
            },
            3 => new ClassifyRingTargetsRequest
            {
                CompanyId = 1,
                RingAt = from,
                CallId = random.Next(4),
                Record = isKept,
                AsKnownAt = known,
                Targets = { Enumerable.Range(1, Agents).Select(id => new RingTarget { AgentId = id }) },
            },
            4 => new GetCallStepsRequest { CompanyId = 1, CallId = random.Next(4) },
            5 => new ListCallsRequest { CompanyId = 1, StartTime = from, EndTime = to, PageSize = random.Next(3) },
            6 => new GetCompanyHoursRequest { CompanyId = random.Next(1, 3), At = random.Next(2) == 0 ? from : null },
            _ => new GetBreakdownRequest
            {
                CompanyId = random.Next(1, 3),
                AgentIds = { Enumerable.Range(1, random.Next(4)).Select(_ => (long)random.Next(1, Agents + 2)) },
                StartTime = from,
                EndTime = to,
                Granularity = (Granularity)random.Next(8),
                HoursClip = (HoursClip)random.Next(4),
                HoursBasis = (HoursBasis)random.Next(3),
                WeekStart = (Weekday)random.Next(8),
                IncludeSegments = random.Next(2) == 0,
                TimeZone = Zones[random.Next(Zones.Length)],
                PageSize = random.Next(4),
                AsKnownAt = known,
            },
        };

        Timestamp At() => Times.At(random.Next(4) == 0
            ? server.NowMs - random.NextInt64(0, 3_000_000_000)
            : history[random.Next(history.Count)].OccurredAtMs + random.Next(-1, 2));

        string Id() => random.Next(3) == 0 ? "no such event" : history[random.Next(history.Count)].EventId;
    }
}
