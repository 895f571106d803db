namespace AgentStatus.Server.Tests.Grpc;

public sealed class RecordValidationTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, 250, TimeSpan.Zero);

    private static (string Fields, Action<RecordStatusRequest> Spoil)[] Bad =>
    [
        ("company_id", r => r.CompanyId = 0),
        ("company_id", r => r.CompanyId = -1),
        ("company_id", r => r.CompanyId = long.MinValue),
        ("agent_id", r => r.AgentId = 0),
        ("agent_id", r => r.AgentId = long.MinValue),
        ("status", r => r.Status = V1.AgentStatus.Unspecified),
        ("status", r => r.Status = (V1.AgentStatus)9),
        ("status", r => r.Status = V1.AgentStatus.Left),
        ("status", r => (r.Origin, r.Status) = (StatusOrigin.Call, V1.AgentStatus.Left)),
        ("status", r => (r.Origin, r.Status) = (StatusOrigin.System, V1.AgentStatus.OnCall)),
        ("status", r => r.Status = (V1.AgentStatus)(-1)),
        ("status", r => r.Status = (V1.AgentStatus)int.MaxValue),
        ("status", r => r.Status = V1.AgentStatus.OnCall),
        ("status", r => r.Status = V1.AgentStatus.WrapUp),
        ("status", r => (r.Origin, r.Status) = (StatusOrigin.Supervisor, V1.AgentStatus.OnCall)),
        ("status", r => (r.Origin, r.Status) = (StatusOrigin.Supervisor, V1.AgentStatus.WrapUp)),
        ("status", r => (r.Origin, r.Status) = (StatusOrigin.App, V1.AgentStatus.OnCall)),
        ("status", r => (r.Origin, r.Status) = (StatusOrigin.App, V1.AgentStatus.WrapUp)),
        ("status", r => (r.Origin, r.Status) = (StatusOrigin.App, V1.AgentStatus.Busy)),
        ("origin", r => r.Origin = StatusOrigin.Unspecified),
        ("origin", r => r.Origin = (StatusOrigin)6),
        ("call_id", r => r.CallId = 1),
        ("call_id", r => (r.Origin, r.CallId) = (StatusOrigin.Call, -1)),
        ("device_id", r => (r.Origin, r.DeviceId) = (StatusOrigin.Supervisor, "phone")),
        ("device_id", r => (r.Origin, r.DeviceId) = (StatusOrigin.System, "phone")),
        ("device_id", r => (r.Origin, r.DeviceId) = (StatusOrigin.Call, "phone")),
        ("device_id", r => r.DeviceId = new string('x', 65)),
        ("device_id", r => r.DeviceId = "t\u00e9l\u00e9phone"),
        ("label", r => (r.Origin, r.Label) = (StatusOrigin.App, "Lunch")),
        ("label", r => (r.Origin, r.Label) = (StatusOrigin.Call, "Lunch")),
        ("label", r => r.Label = "  "),
        ("label", r => r.Label = "Lun\u0007ch"),
        ("label", r => r.Label = string.Concat(Enumerable.Repeat("\U0001F600", 65))),
        ("actor", r => r.Actor = new string('x', 129)),
        ("origin", r => r.Origin = (StatusOrigin)int.MinValue),
        ("occurred_at", r => r.OccurredAt = Times.At(Now.AddMilliseconds(Limits.FutureMs + 1))),
        ("occurred_at", r => r.OccurredAt = new() { Seconds = Times.LastSecond, Nanos = 999_999_999 }),
        ("event_id", r => r.EventId = new string('x', 129)),
        ("event_id", r => r.EventId = new string('x', 60_000)),
        ("event_id", r => r.EventId = "a\u001f"),
        ("event_id", r => r.EventId = "\u007f"),
        ("event_id", r => r.EventId = "a\0b"),
        ("event_id", r => r.EventId = "caf\u00e9"),
        ("event_id", r => r.EventId = "\U0001F600"),
        ("company_id agent_id status occurred_at event_id", r =>
        {
            (r.CompanyId, r.AgentId, r.Status, r.EventId) = (-5, 0, V1.AgentStatus.OnCall, "\n");
            r.OccurredAt = new() { Nanos = -1 };
        }),
        ("status origin", r => (r.Status, r.Origin) = (0, 0)),
    ];

    [Fact]
    public async Task Whatever_is_wrong_is_named_and_nothing_is_stored()
    {
        foreach (var (fields, spoil) in Bad) await AssertRefusedAsync(fields, spoil);
        foreach (var time in Times.Impossible) await AssertRefusedAsync("occurred_at", r => r.OccurredAt = time);
        Assert.Empty(Server.Store.ReadMemory(Limits.FirstInstantMs));
    }

    [Fact]
    public async Task What_is_just_within_the_limits_is_stored()
    {
        Action<RecordStatusRequest>[] good =
        [
            r => (r.CompanyId, r.AgentId) = (1, 1),
            r => (r.CompanyId, r.AgentId) = (long.MaxValue, long.MaxValue),
            r => r.OccurredAt = Times.At(Now.AddMilliseconds(Limits.FutureMs)),
            r => r.OccurredAt = new() { Seconds = Times.FirstSecond },
            r => r.OccurredAt = new() { Nanos = 999_999_999 },
            r => r.EventId = new string('x', 128),
            r => r.EventId = " ~",
            r => r.EventId = "100% \"sure\"\\",
            r => (r.Origin, r.Status) = (StatusOrigin.Call, V1.AgentStatus.Busy),
            r => (r.Origin, r.Status, r.CallId) = (StatusOrigin.Call, V1.AgentStatus.Busy, long.MaxValue),
            r => (r.Origin, r.Status) = (StatusOrigin.System, V1.AgentStatus.Left),
            r => (r.Sequence, r.DeviceId) = (long.MinValue, new string('~', 64)),
            r => (r.Sequence, r.Label) = (long.MaxValue, string.Concat(Enumerable.Repeat("\U0001F600", 64))),
            r => r.Actor = new string('\u00e9', 128),
        ];
        foreach (var adapt in good)
        {
            var request = Good();
            adapt(request);
            var answer = await Server.Service.RecordStatusAsync(request);
            var agent = new AgentKey(request.CompanyId, request.AgentId);
            var stored = Assert.Single(Server.Store.ReadEvents(agent, Limits.FirstInstantMs, long.MaxValue),
                e => e.EventId == answer.EventId);
            Assert.Equal((Status)request.Status, stored.Status);
        }
    }

    private async Task AssertRefusedAsync(string fields, Action<RecordStatusRequest> spoil)
    {
        var request = Good();
        spoil(request);
        var refused = await Refused.ByAsync(async () => await Server.Service.RecordStatusAsync(request));
        refused.AssertInvalid(fields.Split(' '));
    }

    private static RecordStatusRequest Good() =>
        Requests.Event(V1.AgentStatus.Offline, agentId: 380171, companyId: 280197);
}
