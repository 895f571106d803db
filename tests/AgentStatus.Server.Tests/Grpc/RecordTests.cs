using Google.Rpc;
using Grpc.Core;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>What a caller is told about a recorded event, before and after a restart.</summary>
public sealed class RecordTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, 250, TimeSpan.Zero);

    [Fact]
    public async Task An_event_id_comes_once_and_a_repetition_is_told_the_status_as_of_today()
    {
        var online = Event(V1.AgentStatus.Online, StatusOrigin.Agent, Now.AddHours(-2), "a");
        Assert.Equal(RecordOutcome.Applied, (await RecordAsync(online)).Outcome);
        Assert.Equal(RecordOutcome.Duplicate, (await RecordAsync(online)).Outcome);
        await RecordAsync(Event(V1.AgentStatus.OnCall, StatusOrigin.Call, Now.AddHours(-3), "b"));

        await Server.RestartAsync();
        var again = await RecordAsync(online);
        Assert.Equal((RecordOutcome.Duplicate, V1.AgentStatus.OnCall), (again.Outcome, again.EffectiveStatus));
        Assert.Equal(Now.AddHours(-3), again.EffectiveSince.ToDateTimeOffset());
        Assert.Equal(2, Stored().Count);
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_ALREADY_EXISTS_and_changes_nothing()
    {
        var offline = Event(V1.AgentStatus.Offline, StatusOrigin.Agent, Now, "100% mine");
        await RecordAsync(offline);
        Action<RecordStatusRequest>[] changes =
        [
            r => r.AgentId++,
            r => r.Status = V1.AgentStatus.Online,
            r => r.Origin = StatusOrigin.App,
            r => r.OccurredAt = Times.At(Now.AddMilliseconds(1)),
        ];
        foreach (var change in changes)
        {
            var other = offline.Clone();
            change(other);
            var refused = await Refused.ByAsync(() => RecordAsync(other));
            Assert.Equal(StatusCode.AlreadyExists, refused.Code);
            var reason = refused.Detail<ErrorInfo>();
            Assert.Equal(("EVENT_ID_TAKEN", "agentstatus.v1"), (reason.Reason, reason.Domain));
            Assert.Equal("100% mine", reason.Metadata["event_id"]);
        }

        Assert.Equal(
            new StatusEvent(new(1, 1), Status.Offline, Origin.Agent, Now.ToUnixTimeMilliseconds(), "100% mine"),
            Assert.Single(Stored()));
        var elsewhere = offline.Clone();
        elsewhere.CompanyId++;
        Assert.Equal(RecordOutcome.Applied, (await RecordAsync(elsewhere)).Outcome);
    }

    [Fact]
    public async Task An_empty_occurred_at_is_now_or_just_after_the_last_event_and_matches_any_when_it_is_repeated()
    {
        var first = await RecordAsync(Event(V1.AgentStatus.Online, StatusOrigin.Agent, null, "a"));
        Assert.Equal(Now, first.EffectiveSince.ToDateTimeOffset());
        await RecordAsync(Event(V1.AgentStatus.Busy, StatusOrigin.Agent, Now.AddSeconds(4), "b"));
        var last = await RecordAsync(Event(V1.AgentStatus.Away, StatusOrigin.Agent, null, "c"));
        Assert.Equal((RecordOutcome.Applied, V1.AgentStatus.Away), (last.Outcome, last.EffectiveStatus));
        Assert.Equal(Now.AddSeconds(4).AddMilliseconds(1), last.EffectiveSince.ToDateTimeOffset());

        await Server.RestartAsync();
        Server.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await RecordAsync(Event(V1.AgentStatus.Away, StatusOrigin.Agent, null, "c"));
        Assert.Equal((RecordOutcome.Duplicate, last.EffectiveSince), (again.Outcome, again.EffectiveSince));
        var late = await RecordAsync(Event(V1.AgentStatus.Away, StatusOrigin.Agent, null, "d"));
        Assert.Equal(Now.AddMinutes(1).ToUnixTimeMilliseconds(), Stored().Single(e => e.EventId == "d").OccurredAtMs);
        Assert.Equal(last.EffectiveSince, late.EffectiveSince);
    }

    [Fact]
    public async Task Ids_made_by_theServer_sort_by_time()
    {
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add((await RecordAsync(Event(V1.AgentStatus.Online, StatusOrigin.Agent, null, ""))).EventId);
            if (i % 2 == 0) Server.Time.Advance(TimeSpan.FromMilliseconds(i));
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids, Stored().Select(e => e.EventId));
    }

    [Fact]
    public async Task Finer_input_than_a_millisecond_is_truncated_also_before_1970()
    {
        (long, int, long)[] instants = [(10, 1_999_999, 10_001), (-1, 999_999_999, -1), (-1, 0, -1_000)];
        foreach (var (seconds, nanos, ms) in instants)
        {
            var precise = Event(V1.AgentStatus.Online, StatusOrigin.Agent, null, $"{seconds}.{nanos}");
            precise.OccurredAt = new() { Seconds = seconds, Nanos = nanos };
            precise.AgentId = 2_000 + ms;
            var answer = await RecordAsync(precise);
            Assert.Equal(ms, answer.EffectiveSince.ToDateTimeOffset().ToUnixTimeMilliseconds());
            precise.OccurredAt.Nanos -= precise.OccurredAt.Nanos % 1_000_000;
            Assert.Equal(RecordOutcome.Duplicate, (await RecordAsync(precise)).Outcome);
        }
    }

    [Fact]
    public async Task An_outcome_says_whether_the_event_decides_at_its_own_instant()
    {
        var at = Now.AddMinutes(-10);
        await AssertOutcomeAsync(RecordOutcome.Applied, V1.AgentStatus.Offline,
            Event(V1.AgentStatus.Offline, StatusOrigin.Agent, at, "m"));
        await AssertOutcomeAsync(RecordOutcome.Shadowed, V1.AgentStatus.Offline,
            Event(V1.AgentStatus.Online, StatusOrigin.App, at.AddMinutes(1), "n"));

        // Of one millisecond: the id decides, in whichever order they come.
        await AssertOutcomeAsync(RecordOutcome.Shadowed, V1.AgentStatus.Offline,
            Event(V1.AgentStatus.Busy, StatusOrigin.Supervisor, at, "a"));
        await AssertOutcomeAsync(RecordOutcome.Applied, V1.AgentStatus.Away,
            Event(V1.AgentStatus.Away, StatusOrigin.Supervisor, at, "z"));
        await AssertOutcomeAsync(RecordOutcome.Shadowed, V1.AgentStatus.Away,
            Event(V1.AgentStatus.Online, StatusOrigin.Agent, at, "y"));
        await AssertOutcomeAsync(RecordOutcome.Applied, V1.AgentStatus.OnCall,
            Event(V1.AgentStatus.OnCall, StatusOrigin.Call, at, "0"));

        // Before all others the agent is known by calls alone.
        await AssertOutcomeAsync(RecordOutcome.Applied, V1.AgentStatus.Online,
            Event(V1.AgentStatus.Online, StatusOrigin.Call, at.AddDays(-1), "first"));
    }

    private async Task AssertOutcomeAsync(RecordOutcome outcome, V1.AgentStatus effective, RecordStatusRequest request)
    {
        var answer = await RecordAsync(request);
        Assert.Equal((outcome, effective), (answer.Outcome, answer.EffectiveStatus));
        Assert.Equal(effective == V1.AgentStatus.Unspecified, answer.EffectiveSince is null);
    }

    private async Task<RecordStatusResponse> RecordAsync(RecordStatusRequest request) =>
        await Server.Service.RecordStatusAsync(request);

    private IReadOnlyList<StatusEvent> Stored() =>
        Server.Store.ReadEvents(new(1, 1), Limits.FirstInstantMs, long.MaxValue);

    private static RecordStatusRequest Event(
        V1.AgentStatus status, StatusOrigin origin, DateTimeOffset? at, string id) =>
        Requests.Event(status, at is { } given ? Times.At(given) : null, id, origin);
}
