using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>What RetractStatus, ListStatusEvents and as_known_at refuse, and the limit of labels.</summary>
public sealed class StatusEventValidationTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly Timestamp TooLate = Times.At(Now.AddMilliseconds(5_001));

    private static (string Field, Action<RetractStatusRequest> Spoil)[] BadRetractions =>
    [
        ("company_id", r => r.CompanyId = 0),
        ("event_id", r => r.EventId = ""),
        ("event_id", r => r.EventId = new string('x', 129)),
        ("event_id", r => r.EventId = "é"),
        ("reason", r => r.Reason = new string('x', 513)),
        ("actor", r => r.Actor = new string('x', 129)),
    ];

    private static (string Field, Action<ListStatusEventsRequest> Spoil)[] BadLists =>
    [
        ("company_id", r => r.CompanyId = -1),
        ("agent_id", r => r.AgentId = 0),
        ("end_time", r => (r.StartTime, r.EndTime) = (Times.At(Now), Times.At(Now))),
        ("page_size", r => r.PageSize = -1),
        ("page_token", r => r.PageToken = "x"),
        ("page_token", r => r.PageToken = Token(r, 0, id: "")),
        ("page_token", r => r.PageToken = Token(new(r) { AgentId = 7 }, 0)),
        ("page_token", r => r.PageToken = Token(r, 0)[..^1]),
        ("page_token", r => r.PageToken = $"{Token(r, 0)}A"),
        ("page_token", r => r.PageToken = Token(r, 0, id: new string('x', 129))),
        ("page_token", r => (r.StartTime, r.PageToken) = (Times.At(1), Token(new(r) { StartTime = Times.At(1) }, 0))),
        ("page_token", r => (r.EndTime, r.PageToken) = (Times.At(1), Token(new(r) { EndTime = Times.At(1) }, 1))),
    ];

    [Fact]
    public async Task A_bad_retraction_is_INVALID_ARGUMENT_and_a_long_one_is_taken()
    {
        foreach (var (field, spoil) in BadRetractions)
        {
            var request = new RetractStatusRequest { CompanyId = 1, EventId = "a" };
            spoil(request);
            (await Refused.ByAsync(async () => await Server.Service.RetractStatusAsync(request))).AssertInvalid(field);
        }

        await Server.Service.RecordAsync(V1.AgentStatus.Away, Times.At(Now.AddMinutes(-1)), new string('~', 128));
        var longest = new RetractStatusRequest
        {
            CompanyId = 1,
            EventId = new string('~', 128),
            Reason = string.Concat(Enumerable.Repeat("😀", 512)),
            Actor = new string('ž', 128),
        };
        Assert.Equal(RetractOutcome.Retracted, (await Server.Service.RetractStatusAsync(longest)).Outcome);
        await Server.RestartAsync();
        var page = await Server.Service.ListStatusEventsAsync(new() { CompanyId = 1, AgentId = 1 });
        var e = Assert.Single(page.Events);
        Assert.Equal((longest.Reason, longest.Actor), (e.RetractionReason, e.RetractionActor));
    }

    [Fact]
    public async Task A_bad_list_is_INVALID_ARGUMENT()
    {
        foreach (var (field, spoil) in BadLists)
        {
            var request = new ListStatusEventsRequest { CompanyId = 1, AgentId = 1 };
            spoil(request);
            (await Refused.ByAsync(async () => await Server.Service.ListStatusEventsAsync(request)))
                .AssertInvalid(field);
        }
    }

    [Fact]
    public async Task A_token_that_somebody_made_up_is_a_position_like_any_other()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Away, Times.At(Now), "b");
        foreach (var (atMs, id, listed) in ((long, string, int)[])
            [(long.MinValue, "z", 1), (Server.NowMs, "a", 1), (Server.NowMs, "b", 0), (long.MaxValue, "a", 0)])
        {
            var request = new ListStatusEventsRequest { CompanyId = 1, AgentId = 1 };
            request.PageToken = Token(request, atMs, id);
            Assert.Equal(listed, (await Server.Service.ListStatusEventsAsync(request)).Events.Count);
        }
    }

    [Fact]
    public async Task As_known_at_is_refused_in_the_future_and_with_record()
    {
        var ring = new ClassifyRingTargetRequest { CompanyId = 1, AgentId = 1, AsKnownAt = TooLate };
        var group = new ClassifyRingTargetsRequest { CompanyId = 1, AsKnownAt = TooLate };
        var breakdown = new GetBreakdownRequest
        {
            CompanyId = 1,
            StartTime = Times.At(Now.AddHours(-1)),
            EndTime = Times.At(Now),
            AsKnownAt = TooLate,
        };
        await RefusedAsync(async () => await Server.Service.ClassifyRingTargetAsync(ring));
        await RefusedAsync(async () => await Server.Service.ClassifyRingTargetsAsync(group));
        await RefusedAsync(async () => await Server.Service.GetBreakdownAsync(breakdown));

        (ring.AsKnownAt, ring.Record, ring.CallId) = (Times.At(Now), true, 7);
        ring.RingAt = Times.At(Now);
        await RefusedAsync(async () => await Server.Service.ClassifyRingTargetAsync(ring));
        ring.Record = false;
        ring.AsKnownAt = Times.At(Now.AddSeconds(5));
        Assert.Equal(Times.At(Now), (await Server.Service.ClassifyRingTargetAsync(ring)).KnownThrough);

        static async Task RefusedAsync(Func<Task> request) =>
            (await Refused.ByAsync(request)).AssertInvalid("as_known_at");
    }

    [Fact]
    public async Task A_group_and_a_stream_answer_as_known_at_an_instant()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Away, Times.At(Now.AddHours(-1)), "a");
        Server.Pass(TimeSpan.FromMinutes(1));
        await Server.Service.RetractStatusAsync(new() { CompanyId = 1, EventId = "a" });
        Server.Pass(TimeSpan.FromMinutes(1));
        await Server.Service.RecordAsync(V1.AgentStatus.Busy, Times.At(Now.AddHours(-1)), "b");
        (Timestamp? KnownAt, V1.AgentStatus Status)[] expected =
        [
            (Times.At(Now), V1.AgentStatus.Unspecified),
            (Times.At(Now.AddMilliseconds(1)), V1.AgentStatus.Away),
            (Times.At(Now.AddMinutes(1)), V1.AgentStatus.Away),
            (Times.At(Now.AddMilliseconds(60_001)), V1.AgentStatus.Unspecified),
            (Times.At(Now.AddMilliseconds(120_001)), V1.AgentStatus.Busy),
            (null, V1.AgentStatus.Busy),
        ];

        using var stream = Server.Service.StreamRingTargets();
        foreach (var (knownAt, status) in expected)
        {
            var group = new ClassifyRingTargetsRequest { CompanyId = 1, AsKnownAt = knownAt, RingAt = Times.At(Now) };
            group.Targets.Add([new() { AgentId = 1 }, new() { AgentId = 2 }]);
            var results = (await Server.Service.ClassifyRingTargetsAsync(group)).Results;
            Assert.Equal([status, V1.AgentStatus.Unspecified], results.Select(result => result.Status));
            var onStream = new StreamRingTargetsRequest
            {
                RequestId = 1,
                CompanyId = 1,
                AsKnownAt = knownAt,
                RingAt = Times.At(Now),
                Targets = { group.Targets },
            };
            await stream.RequestStream.WriteAsync(onStream);
            Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(results, stream.ResponseStream.Current.Results);
        }

        await stream.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task A_company_has_a_thousand_labels_and_no_more()
    {
        for (var i = 0; i < 1_000; i += 500)
        {
            var batch = new RecordStatusesRequest { CompanyId = 1 };
            batch.Events.Add(Enumerable.Range(i, 500).Select(label => Labelled($"label {label}")));
            Assert.All((await Server.Service.RecordStatusesAsync(batch)).Results, result => Assert.Null(result.Error));
        }

        for (var run = 0; run < 2; run++)
        {
            var refused = await Refused.ByAsync(async () => await Server.Service.RecordStatusAsync(Labelled("more")));
            Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
            Assert.Contains("CompanyLabels", refused.Message);
            await Server.Service.RecordStatusAsync(Labelled(" label 7 "));
            await Server.RestartAsync();
        }

        var other = Labelled("more");
        other.CompanyId = 2;
        await Server.Service.RecordStatusAsync(other);
    }

    private static string Token(ListStatusEventsRequest request, long instantMs, string id = "a") =>
        BoundPosition.Write(instantMs, 0, new ListStatusEventsRequest(request) { PageToken = "", PageSize = 0 }, id);

    private static RecordStatusRequest Labelled(string label)
    {
        var request = Requests.Event(V1.AgentStatus.Away, Times.At(Now.AddMinutes(-1)));
        request.Label = label;
        return request;
    }
}
