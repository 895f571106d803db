namespace AgentStatus.Server.Tests.Laws;

/// <summary>What a company's events and retractions came to be: sends them, and knows when each was recorded.</summary>
internal sealed class RecordedEvents(TestServer server, long companyId)
{
    /// <summary>Before all of <see cref="RandomHistory"/>.</summary>
    public const long FirstMs = RandomHistory.StartMs - 1;

    public TestServer Server => server;

    public long CompanyId => companyId;

    public List<(StatusEvent Event, long AtMs)> Events { get; } = [];

    /// <summary>By event id; the first one of each.</summary>
    public Dictionary<string, (string Reason, long AtMs)> Retractions { get; } = [];

    /// <summary>Nothing is asked about earlier instants.</summary>
    public long CutMs { get; set; } = FirstMs;

    /// <summary>What occurred before it counts as it is known now.</summary>
    public long EventsFromMs { get; set; } = long.MinValue;

    /// <summary>The model of what was recorded before an instant.</summary>
    public ModelAgent Of(AgentKey agent, long knownAtMs = long.MaxValue)
    {
        var old = Events.Select(one => one.Event).Where(e => e.OccurredAtMs < EventsFromMs)
            .Select(e => e.EventId).ToHashSet();
        return new(
            Events.Where(one => one.Event.Agent == agent
                && (one.AtMs < knownAtMs || old.Contains(one.Event.EventId))).Select(one => one.Event),
            Retractions.Where(one => one.Value.AtMs < knownAtMs || old.Contains(one.Key)).Select(one => one.Key),
            Limits.OnCallMs,
            Limits.WrapUpMs);
    }

    /// <summary>The model's answer, with since when.</summary>
    /// <param name="cutMs">Nothing is said of the time before it.</param>
    public static (ModelStatus Status, long? SinceMs) At(ModelAgent model, long instantMs, long cutMs = FirstMs)
    {
        var status = model.At(instantMs);
        return (
            status,
            status.Status == Status.Unknown
                ? null
                : Math.Max(model.Between(FirstMs, instantMs + 1)[^1].StartMs, cutMs));
    }

    public async Task RecordAsync(StatusEvent e)
    {
        var isNew = Note(e);
        var answer = await server.Service.RecordStatusAsync(Request(e));
        var model = Of(e.Agent);
        var outcome = !isNew ? RecordOutcome.Duplicate
            : model.IsApplied(e) ? RecordOutcome.Applied
            : RecordOutcome.Shadowed;
        foreach (var line in server.Log.Errors.Concat(server.Log.Warnings)) Assert.Fail(line);
        Assert.Equal(outcome, answer.Outcome);
        CheckEffective(model, e, answer.EffectiveStatus, answer.EffectiveSince);
    }

    public async Task RetractAsync(string eventId)
    {
        var e = Events.Find(one => one.Event.EventId == eventId).Event;
        var isNew = Note(eventId);
        var answer = await server.Service.RetractStatusAsync(Retraction(eventId));
        var outcome = e is null ? RetractOutcome.Waiting : isNew ? RetractOutcome.Retracted : RetractOutcome.Duplicate;
        Assert.Equal(outcome, answer.Outcome);
        Assert.Equal(Durability.Stored, answer.Durability);
        if (e is not null) CheckEffective(Of(e.Agent), e, answer.EffectiveStatus, answer.EffectiveSince);
    }

    /// <summary>At once with others: <see cref="Note(List{StatusEvent}, List{string})"/> follows.</summary>
    /// <returns>What became of each, in order.</returns>
    public async Task<IReadOnlyList<RecordOutcome>> RecordAllAsync(StatusEvent[] batch)
    {
        var request = new RecordStatusesRequest { CompanyId = companyId };
        request.Events.AddRange(batch.Select(Request));
        var results = (await server.Service.RecordStatusesAsync(request)).Results;
        Assert.Equal(batch.Select(e => e.EventId), results.Select(result => result.Recorded?.EventId));
        return [.. results.Select(result => result.Recorded.Outcome)];
    }

    public Task RetractAllAsync(string[] ids) =>
        Task.WhenAll(ids.Select(async id => await server.Service.RetractStatusAsync(Retraction(id))));

    public void Note(List<StatusEvent> events, List<string> retracted)
    {
        foreach (var e in events) Note(e);
        foreach (var id in retracted) Note(id);
    }

    private bool Note(StatusEvent e)
    {
        if (Events.Exists(one => one.Event.EventId == e.EventId)) return false;
        Events.Add((e, server.NowMs));
        return true;
    }

    private bool Note(string id) => Retractions.TryAdd(id, ($"at {server.NowMs}", server.NowMs));

    private RetractStatusRequest Retraction(string id) => new()
    {
        CompanyId = companyId,
        EventId = id,
        Reason = $"at {server.NowMs}",
        Actor = "import",
    };

    private void CheckEffective(
        ModelAgent model, StatusEvent e, V1.AgentStatus status, Google.Protobuf.WellKnownTypes.Timestamp? since)
    {
        var expected = At(model, e.OccurredAtMs, CutMs);
        Assert.Equal(
            (expected.Status.Status, expected.SinceMs), ((Status)status, since is null ? null : Times.Ms(since)));
    }

    public static RecordStatusRequest Request(StatusEvent e) => new()
    {
        CompanyId = e.Agent.CompanyId,
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
    };
}
