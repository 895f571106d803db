namespace AgentStatus.Server.Tests.Http;

/// <summary>What the second endpoint answers: a first look at each RPC.</summary>
public sealed class JsonTests : HttpTests
{
    private const string Company = "/v1/companies/1";

    [Fact]
    public async Task An_event_is_recorded_listed_and_retracted()
    {
        var recorded = await JsonAsync(PostAsync(
            $"{Company}/events",
            """{"agentId": "7", "status": "AGENT_STATUS_OFFLINE", "origin": "STATUS_ORIGIN_AGENT", "eventId": "a"}"""));
        Assert.Equal("RECORD_OUTCOME_APPLIED", recorded.GetProperty("outcome").GetString());

        var retracted = await JsonAsync(PostAsync($"{Company}/events:retract", """{"eventId": "a"}"""));
        Assert.Equal("RETRACT_OUTCOME_RETRACTED", retracted.GetProperty("outcome").GetString());

        var listed = (await JsonAsync(Client.GetAsync($"{Company}/agents/7/events"))).GetProperty("events");
        Assert.Equal("2026-03-02T12:00:00Z", listed[0].GetProperty("retractedAt").GetString());
    }

    [Fact]
    public async Task Several_events_are_recorded_and_rings_classified()
    {
        var recorded = await JsonAsync(PostAsync(
            $"{Company}/events:batch",
            """
            {"events": [
              {"agent_id": 7, "status": "AGENT_STATUS_OFFLINE", "origin": "STATUS_ORIGIN_AGENT"},
              {"agent_id": 8, "status": "AGENT_STATUS_LEFT", "origin": "STATUS_ORIGIN_AGENT"}
            ]}
            """));
        Assert.Equal(3, recorded.GetProperty("results")[1].GetProperty("error").GetProperty("code").GetInt32());

        var ring = await JsonAsync(PostAsync($"{Company}/agents/7:classify", "{}"));
        Assert.Equal("Offline", ring.GetProperty("label").GetString());
        var rings = await JsonAsync(PostAsync($"{Company}/rings:classify", """{"targets": [{"agent_id": 7}]}"""));
        Assert.Equal("7", rings.GetProperty("results")[0].GetProperty("agentId").GetString());
    }

    [Fact]
    public async Task A_kept_ring_is_among_the_calls_and_has_its_steps()
    {
        await JsonAsync(PostAsync(
            $"{Company}/agents/7:classify",
            """{"record": true, "call_id": 5, "ring_at": "2026-03-02T11:00:00Z", "outcome": 1}"""));
        var calls = await JsonAsync(Client.GetAsync(
            $"{Company}/calls?start_time=2026-03-02T00:00:00Z&endTime=2026-03-03T00:00:00Z"));
        Assert.Equal("5", calls.GetProperty("calls")[0].GetProperty("callId").GetString());
        var steps = await JsonAsync(Client.GetAsync($"{Company}/calls/5/steps"));
        Assert.Equal("Unknown", steps.GetProperty("steps")[0].GetProperty("given").GetProperty("label").GetString());
    }

    [Fact]
    public async Task A_breakdown_and_the_hours_are_told()
    {
        await JsonAsync(PostAsync(
            $"{Company}/events",
            """
            {"agentId": 7, "status": "AGENT_STATUS_AWAY", "origin": "STATUS_ORIGIN_AGENT", "label": "Lunch",
             "occurred_at": "2026-03-02T11:00:00.250Z"}
            """));
        var breakdown = await JsonAsync(Client.GetAsync(
            $"{Company}/breakdown?start_time=2026-03-02T00:00:00Z&endTime=2026-03-03T00:00:00Z&granularity="
            + "GRANULARITY_DAY&time_zone=Europe/Prague&include_segments=true&agent_ids=7&agentIds=8"));
        Assert.Equal(2, breakdown.GetProperty("agents").GetArrayLength());
        var last = breakdown.GetProperty("agents")[0].GetProperty("buckets")[0].GetProperty("durations")[0];
        Assert.Equal(
            """{"status":"AGENT_STATUS_AWAY","duration":"3599.750s","label":"Lunch"}""", last.GetRawText());
        var hours = await JsonAsync(Client.GetAsync($"{Company}/hours"));
        Assert.Equal("null", hours.GetProperty("hoursJson").GetString());
    }
}
