using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests;

/// <summary>What senders of events need besides RecordStatus: order, batches, retractions, the events
/// themselves.</summary>
public sealed class StatusEventTests : FakeServerTests
{
    private static readonly RecordStatusRequest Away = new()
    {
        CompanyId = 1,
        AgentId = 1,
        Status = Status.Away,
        Origin = StatusOrigin.Agent,
    };

    [Fact]
    public async Task Events_without_an_id_get_a_sequence_that_rises()
    {
        using var client = Server.Connect();

        for (var i = 0; i < 100; i++) await client.RecordStatusAsync(Away);
        await client.RecordStatusesAsync(new() { CompanyId = 1, Events = { Enumerable.Repeat(Away, 1_000) } });
        await client.RecordStatusAsync(Away);

        var batch = Assert.Single(Server.Service.BatchesRecorded).Events;
        var sequences = Server.Service.Recorded.SkipLast(1).Concat(batch).Append(Server.Service.Recorded.Last())
            .Select(request => request.Sequence).ToList();
        Assert.Equal(sequences.Distinct().Order(), sequences);
        Assert.Equal(1_000, batch.Select(e => e.EventId).Distinct().Count());
    }

    [Fact]
    public async Task A_sequence_or_an_id_of_the_callers_stays()
    {
        using var client = Server.Connect();

        await client.RecordStatusAsync(new(Away) { EventId = "mine" });
        await client.RecordStatusAsync(new(Away) { Sequence = 7 });

        Assert.Equal([0, 7], Server.Service.Recorded.Select(request => request.Sequence));
    }

    [Fact]
    public async Task All_attempts_of_an_event_carry_one_sequence()
    {
        var failures = 2;
        Server.Service.OnRecord = (request, _) => Interlocked.Decrement(ref failures) >= 0
            ? throw Errors.Of(StatusCode.Unavailable)
            : Task.FromResult(new RecordStatusResponse());
        using var client = Server.Connect();

        await client.RecordStatusAsync(Away);

        Assert.Equal(3, Server.Service.Recorded.Count);
        Assert.NotEqual(0, Assert.Single(Server.Service.Recorded.Select(request => request.Sequence).Distinct()));
    }

    [Fact]
    public async Task Of_a_batch_only_what_the_server_had_no_room_for_is_sent_again()
    {
        Server.Service.OnRecordBatch = request => new()
        {
            Results =
            {
                request.Events.Select((e, i) => i == 1 && request.Events.Count == 4
                    ? new RecordStatusesResult { Error = new() { Code = (int)StatusCode.ResourceExhausted } }
                    : e.AgentId < 0 ? new RecordStatusesResult { Error = new() { Code = 3 } }
                    : new RecordStatusesResult { Recorded = new() { EventId = e.EventId } }),
            },
        };
        using var client = Server.Connect();

        var answer = await client.RecordStatusesAsync(new()
        {
            CompanyId = 1,
            Events = { ((long[])[1, 2, -1, 3]).Select(id => new RecordStatusRequest(Away) { AgentId = id }) },
        });

        Assert.Equal([0, 0, 3, 0], answer.Results.Select(result => result.Error?.Code ?? 0));
        Assert.Equal([4, 1], Server.Service.BatchesRecorded.Select(request => request.Events.Count));
        var (first, again) = (Server.Service.BatchesRecorded.First().Events[1], Server.Service.BatchesRecorded.Last());
        Assert.Equal(first, Assert.Single(again.Events));
        Assert.Equal(first.EventId, answer.Results[1].Recorded.EventId);
    }

    [Fact]
    public async Task A_batch_that_the_server_has_no_room_for_is_sent_again()
    {
        var refusals = 2;
        Server.Service.OnRecordBatch = request => Interlocked.Decrement(ref refusals) >= 0
            ? throw Errors.Full(TimeSpan.FromMilliseconds(1))
            : new() { Results = { new RecordStatusesResult { Recorded = new() } } };
        using var client = Server.Connect();

        var answer = await client.RecordStatusesAsync(new() { CompanyId = 1, Events = { Away } });

        Assert.NotNull(Assert.Single(answer.Results).Recorded);
        var sent = Server.Service.BatchesRecorded.SelectMany(request => request.Events).ToList();
        Assert.Equal((3, 1), (sent.Count, sent.Select(e => e.EventId).Distinct().Count()));
    }

    [Fact]
    public async Task A_retraction_is_sent_again_until_the_server_answers()
    {
        var failures = 2;
        Server.Service.OnRetract = _ => Interlocked.Decrement(ref failures) >= 0
            ? throw Errors.Of(StatusCode.Unavailable)
            : new() { Outcome = RetractOutcome.Duplicate };
        using var client = Server.Connect();
        var request = new RetractStatusRequest { CompanyId = 1, EventId = "a", Reason = "why", Actor = "me" };

        Assert.Equal(RetractOutcome.Duplicate, (await client.RetractStatusAsync(request)).Outcome);

        Assert.Equal(Enumerable.Repeat(request, 3), Server.Service.Retracted);
    }

    [Fact]
    public async Task Events_come_page_after_page_as_they_are_read()
    {
        Server.Service.OnListEvents = request => new()
        {
            Events = { "ab".Select(id => new StatusEvent { EventId = request.PageToken + id }) },
            NextPageToken = request.PageToken.Length < 2 ? request.PageToken + "x" : "",
        };
        using var client = Server.Connect();
        var request = new ListStatusEventsRequest
        {
            CompanyId = 1,
            AgentId = 2,
            PageSize = 2,
            StartTime = new Timestamp { Seconds = 7 },
        };

        Assert.Equal("a", (await client.ListStatusEventsAsync(request).FirstAsync()).EventId);
        Assert.Single(Server.Service.EventsListed);
        var ids = await client.ListStatusEventsAsync(request).Select(e => e.EventId).ToListAsync();

        Assert.Equal(["a", "b", "xa", "xb", "xxa", "xxb"], ids);
        Assert.All(Server.Service.EventsListed, asked =>
            Assert.Equal(request, new ListStatusEventsRequest(asked) { PageToken = "" }));
        Assert.Empty(request.PageToken);
    }
}
