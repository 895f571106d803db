using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Server.Memory;

/// <summary>Loads what timelines lack from the store: what lies before memory's horizon, and what memory does not keep
/// of events. The same code for requests, the writer and the projection. Any thread; blocks while it reads.</summary>
internal sealed class TimelineLoader(
    IEventReader store, CompanyLabels labels, CallLimits limits, RetentionCut cut)
{
    /// <summary>No call in progress began earlier before an instant: its last event is less than a limit older than the
    /// last CALL event, and that one less than a limit older than the instant. An end that waits, a minute
    /// besides.</summary>
    public long CallsReachMs { get; } = (2 * Math.Max(limits.OnCallMs, limits.WrapUpMs)) + 60_000;

    /// <summary>Events from here on are kept: what answers from the cut on may need, and an hour, since a window looks
    /// just before itself. Of earlier ones, those that leave the layers behind as all did.
    /// <see cref="RetentionCut.None"/>: all are kept.</summary>
    public long EventsFromMs => cut.Ms is var cutMs and not RetentionCut.None
        ? cutMs - CallsReachMs - FirstReachMs
        : RetentionCut.None;

    /// <summary>Events of a history that are read at a time.</summary>
    private const int HistoryPortion = 10_000;

    /// <summary>First reach back in search of a start, an hour; each next one is eight times as long.</summary>
    private const long FirstReachMs = 60 * 60 * 1000L;

    /// <summary>The event as timelines take it.</summary>
    public TimelineEvent Of(StatusEvent e) => TimelineEvent.Of(e, labels.NumberOf(e.Agent.CompanyId, e.Label));

    /// <summary>Whether the event does not count.</summary>
    public bool IsRetracted(StatusEvent e) => store.Retractions.Contains(e);

    /// <summary>The timeline as it was known at an instant: of the events and retractions recorded before it. Those of
    /// which only what they come to is kept count as they are known now.</summary>
    /// <exception cref="OperationCanceledException">Looked at after each portion.</exception>
    public Timeline AsKnownAt(AgentKey agent, long knownAtMs, CancellationToken cancellation)
    {
        var builder = NewBuilder();
        foreach (var _ in AddAsKnownAt(builder, agent, long.MaxValue, knownAtMs))
            cancellation.ThrowIfCancellationRequested();
        return builder.Build();
    }

    /// <summary>The same in portions, of the events before <paramref name="toMs"/>: each step reads one, adds what
    /// counts of it, and gives how many events were read.</summary>
    public IEnumerable<int> AddAsKnownAt(TimelineBuilder builder, AgentKey agent, long toMs, long knownAtMs)
    {
        var eventsFromMs = EventsFromMs;
        foreach (var portion in ReadPortions(agent, toMs))
        {
            foreach (var one in portion)
            {
                var counts = one.Event.OccurredAtMs < eventsFromMs
                    ? one.Retraction is null
                    : one.RecordedAtMs < knownAtMs && !(one.Retraction?.RecordedAtMs < knownAtMs);
                if (counts) builder.Add(Of(one.Event));
            }

            yield return portion.Count;
        }
    }

    /// <summary>All that is stored of the agent, in order, the retracted ones too; read in portions.</summary>
    public IEnumerable<StoredEvent> ReadHistory(AgentKey agent) =>
        ReadPortions(agent, long.MaxValue).SelectMany(portion => portion);

    /// <summary>Makes a timeline of an agent's whole history.</summary>
    public TimelineBuilder NewBuilder() => new(limits);

    /// <summary>The timeline that all of an agent's events come to.</summary>
    public Timeline Build(IEnumerable<StoredEvent> counting)
    {
        var builder = NewBuilder();
        foreach (var one in counting) builder.Add(Of(one.Event));
        return builder.Build();
    }

    /// <summary>The events of exactly this instant, in order.</summary>
    public IEnumerable<StatusEvent> EventsAt(AgentKey agent, long instantMs) =>
        store.ReadEvents(agent, instantMs, instantMs + 1).Where(e => e.OccurredAtMs == instantMs);

    /// <summary>Whether each event of an instant is APPLIED.</summary>
    /// <param name="timeline">With these events.</param>
    /// <param name="ofInstant">All of the agent's that instant has, in order.</param>
    public bool[] Applied(AgentKey agent, in Timeline timeline, IReadOnlyList<StatusEvent> ofInstant)
    {
        TimelineEvent[] events = [.. ofInstant.Select(Of)];
        if (timeline.TryApplied(events, out var applied)) return applied;
        var instantMs = ofInstant[0].OccurredAtMs;
        return Timeline.Applied(limits, Read(agent, instantMs, instantMs).Select(Of), events);
    }

    /// <summary>The ids of those events that are APPLIED.</summary>
    /// <param name="events">Neighbours in the agent's total order; retracted ones may be among them.</param>
    public HashSet<string> AppliedAmong(AgentKey agent, IReadOnlyList<StatusEvent> events)
    {
        if (events.Count == 0) return [];
        var fromMs = events[0].OccurredAtMs;
        return AppliedAmong(fromMs, Read(agent, fromMs, events[^1].OccurredAtMs + 1));
    }

    /// <summary>The same; null where more events would have to be read for it.</summary>
    public HashSet<string>? FindApplied(AgentKey agent, IReadOnlyList<StatusEvent> events, int most)
    {
        if (events.Count == 0) return [];
        var fromMs = events[0].OccurredAtMs;
        var startMs = fromMs - CallsReachMs;
        var read = store.ReadHistory(agent, EventPosition.Before(startMs), events[^1].OccurredAtMs + 1, most + 1);
        if (read.Count > most) return null;
        var counting = read.Where(one => one.Retraction is null).Select(one => one.Event);
        return AppliedAmong(fromMs, [.. store.ReadEvents(agent, startMs, startMs), .. counting]);
    }

    /// <param name="counting">Events from <paramref name="fromMs"/> on, and before them what leaves the layers behind
    /// as they are then.</param>
    private HashSet<string> AppliedAmong(long fromMs, IReadOnlyList<StatusEvent> counting)
    {
        var first = counting.TakeWhile(e => e.OccurredAtMs < fromMs).Count();
        var applied = Timeline.Applied(
            limits, counting.Take(first).Select(Of), [.. counting.Skip(first).Select(Of)]);
        return [.. counting.Skip(first).Where((_, i) => applied[i]).Select(e => e.EventId)];
    }

    /// <summary>The same timeline, covered from an earlier instant on.</summary>
    public Timeline ExtendBack(AgentKey agent, in Timeline timeline, long coveredFromMs)
    {
        if (timeline.Covers(coveredFromMs)) return timeline;
        var older = Read(agent, coveredFromMs, timeline.CoveredFromMs);
        return Build(older, coveredFromMs, timeline);
    }

    /// <summary>The agent's timeline, covered from where the known one is, read from the store alone.</summary>
    public Timeline Reload(AgentKey agent, in Timeline known)
    {
        var coveredFromMs = Math.Max(known.CoveredFromMs, Limits.FirstInstantMs);
        var older = Read(agent, coveredFromMs, long.MaxValue);
        return ResolveSince(agent, Build(older, coveredFromMs, default));
    }

    /// <summary>The same timeline with what it carries from before the covered time read again; since when the status
    /// in force there lasts is yet to be resolved.</summary>
    public Timeline Rebase(AgentKey agent, in Timeline timeline)
    {
        var coveredFromMs = timeline.CoveredFromMs;
        var builder = new TimelineBuilder(limits);
        foreach (var e in Read(agent, coveredFromMs, coveredFromMs)) builder.Add(Of(e));
        return timeline.TryReapply(builder) ? builder.Build(coveredFromMs) : Reload(agent, timeline);
    }

    /// <summary>The timeline with the stored events of [fromMs, toMs] that memory alone cannot take in.</summary>
    public Timeline Refold(AgentKey agent, in Timeline timeline, long fromMs, long toMs)
    {
        for (var window = timeline.WindowFor(fromMs, toMs); ; window = timeline.Wider(window))
        {
            // A slice in which nothing before the change says all that the layers held: it has to begin anew.
            if (window.FromMs == Limits.FirstInstantMs && timeline.CoveredFromMs != Timeline.WholeHistory)
                return Reload(agent, timeline);
            var startMs = window.FromMs;
            var read = store.ReadEvents(agent, startMs, window.ToMs).Where(e => e.OccurredAtMs >= startMs);
            if (timeline.TryReplace(window, [.. read.Select(e => Of(e))], out var after)) return after;
        }
    }

    /// <summary>The same timeline, with since when the status in force lasts where the covered time begins.</summary>
    public Timeline ResolveSince(AgentKey agent, in Timeline timeline) => timeline.NeedsSince
        ? timeline.WithSince(At(agent, timeline, timeline.CoveredFromMs).SinceMs)
        : timeline;

    /// <summary>What the agent was at any instant, with the interval's start, however old.</summary>
    public StatusAt At(AgentKey agent, in Timeline timeline, long instantMs)
    {
        if (timeline.Covers(instantMs) && timeline.At(instantMs) is { NeedsStore: false } known) return known;
        for (var reachMs = FirstReachMs; ; reachMs *= 8)
        {
            // Before what memory covers, all that came later is of no interest.
            var fromMs = Back(instantMs, reachMs);
            var reached = timeline.Covers(instantMs)
                ? ExtendBack(agent, timeline, fromMs)
                : Build(Read(agent, fromMs, instantMs + 1), fromMs, default);
            var answer = reached.At(instantMs);
            if (!answer.NeedsStore) return answer;
        }
    }

    /// <summary>The timeline, wide enough to tell where the stretch of OFFLINE began that an instant lies in, and that
    /// start (<see cref="OfflineDerivation.FindStart"/>); neither goes back beyond the cut.</summary>
    public (Timeline Timeline, long StartMs) ReachOfflineStart(
        AgentKey agent, in Timeline timeline, long instantMs)
    {
        var wide = timeline;
        var cutMs = cut.Ms;
        instantMs = Math.Max(instantMs, cutMs);
        for (var reachMs = FirstReachMs; ; reachMs *= 8)
        {
            if (OfflineDerivation.FindStart(wide, instantMs) is { } startMs) return (wide, Math.Max(startMs, cutMs));
            if (cutMs != RetentionCut.None && wide.Covers(cutMs)) return (wide, cutMs);
            wide = ExtendBack(agent, timeline, Math.Max(Back(instantMs, reachMs), cutMs));
        }
    }

    /// <summary>Before the first instant there is nothing: a reach that far finds the agent's whole history.</summary>
    private static long Back(long instantMs, long reachMs) => Math.Max(instantMs - reachMs, Limits.FirstInstantMs - 1);

    private IEnumerable<IReadOnlyList<StoredEvent>> ReadPortions(AgentKey agent, long toMs)
    {
        var after = EventPosition.Before(Limits.FirstInstantMs);
        while (store.ReadHistory(agent, after, toMs, HistoryPortion) is { Count: > 0 } portion)
        {
            yield return portion;
            after = EventPosition.Of(portion[^1].Event);
        }
    }

    /// <summary>With what calls in progress may need.</summary>
    private IReadOnlyList<StatusEvent> Read(AgentKey agent, long coveredFromMs, long toMs) =>
        store.ReadEvents(agent, coveredFromMs - CallsReachMs, toMs);

    private Timeline Build(IReadOnlyList<StatusEvent> older, long coveredFromMs, in Timeline newer)
    {
        var builder = new TimelineBuilder(limits);
        foreach (var e in older) builder.Add(Of(e));
        newer.CopyFrom(newer.CoveredFromMs, builder);
        var isWhole = older.Count == 0 || older[0].OccurredAtMs >= coveredFromMs - CallsReachMs;
        return isWhole ? builder.Build() : builder.Build(coveredFromMs);
    }
}
