using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>Makes a batch of events durable and only then shows it: the agents that it touches are changed aside,
/// completed with the store's help, and shown all together. Where the store does not answer what memory needs, memory
/// shows what it can tell and the agent is queued for a rebuild. The writer's thread only.</summary>
internal sealed class EventBatch(
    TimelineIndex timelines, IStatusStore store, ChangeQueue rebuilds, ILogger<EventBatch> logger)
{
    private readonly Dictionary<AgentKey, StagedAgent> _agents = [];

    /// <summary>Records the events, and says what became of each.</summary>
    /// <exception cref="StoreException">Nothing was recorded.</exception>
    public RecordResult[] Record(IReadOnlyList<RecordCommand> commands, long nowMs)
    {
        var appended = store.Append(Complete(commands, nowMs));
        if (!timelines.IsWarm) return [.. appended.Select(QueueForMemory)];
        try
        {
            _agents.Clear();
            foreach (var result in appended)
            {
                if (result.Outcome != AppendOutcome.Stored && !IsMissing(result)) continue;
                if (result.IsSpooled) ApplyFromMemory(result.Stored);
                else Apply(result.Stored);
            }

            Settle();
            var results = appended.Select(Judge).ToArray();
            Publish();
            return results;
        }
        catch (Exception failure)
        {
            // A fault of ours: the events are durable all the same, and a rebuild shows them.
            Log.BatchNotShown(logger, appended.Count, failure);
            return [.. appended.Select(QueueForMemory)];
        }
    }

    /// <summary>Shows events that other servers stored.</summary>
    public void Show(IReadOnlyList<StatusEvent> stored)
    {
        _agents.Clear();
        foreach (var e in stored) Apply(e);
        Settle();
        Publish();
    }

    private EventToAppend[] Complete(IReadOnlyList<RecordCommand> commands, long nowMs)
    {
        var lastMs = new Dictionary<AgentKey, long>();
        var events = new EventToAppend[commands.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var agent = commands[i].Agent;
            long? knownMs = lastMs.TryGetValue(agent, out var inBatchMs) ? inBatchMs
                : timelines.Find(agent) is { Count: > 0 } timeline ? timeline.LastOccurredAtMs : null;
            events[i] = commands[i].Complete(nowMs, knownMs);
            lastMs[agent] = Math.Max(knownMs ?? long.MinValue, events[i].Event.OccurredAtMs);
        }

        return events;
    }

    /// <summary>The event is durable, and memory takes it in later.</summary>
    private RecordResult QueueForMemory(AppendResult appended)
    {
        if (appended.Outcome == AppendOutcome.Stored) rebuilds.Add(appended.Stored.Agent, appended.Stored.OccurredAtMs);
        return new(OutcomeOf(appended, null), appended.Stored.EventId, default, appended.IsSpooled);
    }

    /// <summary>An append whose answer got lost may have stored events that memory was not shown; their senders send
    /// them again.</summary>
    private bool IsMissing(AppendResult result)
    {
        if (result.Outcome != AppendOutcome.Duplicate || result.IsSpooled) return false;
        var timeline = Stage(result.Stored.Agent).After;
        return timeline.Covers(result.Stored.OccurredAtMs) && timeline.CountAt(result.Stored.OccurredAtMs) == 0;
    }

    private StagedAgent Stage(AgentKey agent) =>
        _agents.TryGetValue(agent, out var staged) ? staged : _agents[agent] = new(agent, timelines.Find(agent));

    private void Apply(StatusEvent stored)
    {
        try
        {
            Stage(stored.Agent).Apply(stored, store);
        }
        catch (StoreException)
        {
            ApplyFromMemory(stored);
        }
    }

    /// <summary>Applies an event as well as memory alone can; the agent is queued for a rebuild.</summary>
    private void ApplyFromMemory(StatusEvent taken)
    {
        Stage(taken.Agent).ApplyFromMemory(taken);
        rebuilds.Add(taken.Agent, taken.OccurredAtMs);
    }

    /// <summary>Reads again what has to be read again; agents that are queued for a rebuild wait for that.</summary>
    private void Settle()
    {
        foreach (var agent in _agents.Values)
        {
            try
            {
                if (!rebuilds.Contains(agent.Agent)) agent.Settle(store);
                else rebuilds.Add(agent.Agent, agent.ChangedFromMs);
            }
            catch (StoreException)
            {
                rebuilds.Add(agent.Agent, agent.ChangedFromMs);
            }
        }
    }

    /// <summary>Shows every timeline that changed to the readers.</summary>
    private void Publish()
    {
        foreach (var agent in _agents.Values)
            if (agent.ChangedFromMs != long.MaxValue)
                timelines.Publish(new TimelineChange(agent.Agent, agent.Before, agent.After, agent.ChangedFromMs));
    }

    private RecordResult Judge(AppendResult appended)
    {
        var stored = appended.Stored;
        if (appended.Outcome == AppendOutcome.Conflict)
            return new(RecordOutcome.Conflict, stored.EventId, default, false);
        var agent = Stage(stored.Agent);
        (StatusAt At, bool Decides)? judged;
        try
        {
            judged = appended.IsSpooled || rebuilds.Contains(stored.Agent)
                ? agent.JudgeFromMemory(stored)
                : agent.Judge(stored, store);
        }
        catch (StoreException)
        {
            judged = agent.JudgeFromMemory(stored);
        }

        return new(OutcomeOf(appended, judged?.Decides), stored.EventId, judged?.At ?? default, appended.IsSpooled);
    }

    private static RecordOutcome OutcomeOf(AppendResult appended, bool? decides) => appended.Outcome switch
    {
        AppendOutcome.Conflict => RecordOutcome.Conflict,
        AppendOutcome.Duplicate => RecordOutcome.Duplicate,
        _ => decides is null ? RecordOutcome.NotKnown : decides.Value ? RecordOutcome.Applied : RecordOutcome.Shadowed,
    };

    /// <summary>One agent's timeline while a batch is being written.</summary>
    private sealed class StagedAgent(AgentKey agent, Timeline published)
    {
        private bool _needsReload;

        public AgentKey Agent { get; } = agent;

        /// <summary>What readers see until the commit.</summary>
        public Timeline Before { get; } = published;

        /// <summary>What they will see after it; complete after <see cref="Settle"/>.</summary>
        public Timeline After { get; private set; } = published;

        /// <summary>The timeline may have changed from here on; <see cref="long.MaxValue"/>: it has not.</summary>
        public long ChangedFromMs { get; private set; } = long.MaxValue;

        /// <summary>Applies an event that the store has.</summary>
        public void Apply(StatusEvent stored, IEventReader store)
        {
            var atMs = stored.OccurredAtMs;
            ChangedFromMs = Math.Min(ChangedFromMs, atMs);

            // One at the very start of what is covered, too: since when the status there lasts is from before.
            if (!After.Covers(atMs - 1)) _needsReload = true;
            else if (After.CountAt(atMs) == 0) After = After.With(atMs, stored.Status, stored.Origin);
            else After = After.WithInstant(atMs, [.. EventsAt(store, atMs).Select(e => (e.Status, e.Origin))]);
        }

        /// <summary>Applies an event as well as memory alone can: it comes last among those of its instant, and one
        /// from before what memory covers changes nothing until the timeline is read again.</summary>
        public void ApplyFromMemory(StatusEvent taken)
        {
            ChangedFromMs = Math.Min(ChangedFromMs, taken.OccurredAtMs);
            if (After.Covers(taken.OccurredAtMs)) After = After.With(taken.OccurredAtMs, taken.Status, taken.Origin);
        }

        /// <summary>An event from before memory's horizon can change all that memory knows of that time: it is read
        /// again.</summary>
        public void Settle(IEventReader store)
        {
            if (_needsReload) After = TimelineLoader.Reload(store, Agent, Before);
        }

        /// <summary>What the agent is at the instant of a stored event, and whether that event decides it.</summary>
        public (StatusAt At, bool Decides) Judge(StatusEvent stored, IEventReader store)
        {
            var atMs = stored.OccurredAtMs;
            var at = TimelineLoader.At(store, Agent, After, atMs);
            var decides = at.Origin == stored.Origin
                && ((After.Covers(atMs) && After.CountAt(atMs) == 1)
                    || EventsAt(store, atMs).Last(e => IsExplicit(e) == IsExplicit(stored)
                        && (IsExplicit(e) || e.Origin == stored.Origin)).EventId == stored.EventId);
            return (at, decides);
        }

        /// <summary>The same as far as memory alone can tell; null where it cannot.</summary>
        public (StatusAt At, bool Decides)? JudgeFromMemory(StatusEvent taken)
        {
            if (!After.Covers(taken.OccurredAtMs)) return null;
            var at = After.At(taken.OccurredAtMs);
            return (at, at.Origin == taken.Origin);
        }

        private static bool IsExplicit(StatusEvent e) => e.Origin is Origin.Agent or Origin.Supervisor;

        /// <summary>The stored events of exactly this instant, in order.</summary>
        private IEnumerable<StatusEvent> EventsAt(IEventReader store, long instantMs) =>
            store.ReadEvents(Agent, instantMs, instantMs + 1).Where(e => e.OccurredAtMs == instantMs);
    }
}
