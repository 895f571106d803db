using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Server.Memory;

/// <summary>Loads what timelines lack from the store: what lies before memory's horizon. The same code for requests,
/// the writer and the projection.</summary>
internal static class TimelineLoader
{
    /// <summary>First reach back in search of a start, an hour; each next one is eight times as long.</summary>
    private const long FirstReachMs = 60 * 60 * 1000L;

    /// <summary>The same timeline, covered from an earlier instant on.</summary>
    public static Timeline ExtendBack(IEventReader store, AgentKey agent, in Timeline timeline, long coveredFromMs)
    {
        if (timeline.Covers(coveredFromMs)) return timeline;
        var older = Read(store, agent, coveredFromMs, timeline.CoveredFromMs);
        return Build(older, coveredFromMs, timeline);
    }

    /// <summary>The agent's timeline, covered from where the known one is, read from the store alone.</summary>
    public static Timeline Reload(IEventReader store, AgentKey agent, in Timeline known)
    {
        var coveredFromMs = Math.Max(known.CoveredFromMs, Limits.FirstInstantMs);
        var older = Read(store, agent, coveredFromMs, long.MaxValue);
        return ResolveSince(store, agent, Build(older, coveredFromMs, default));
    }

    /// <summary>The same timeline with what it carries from before the covered time read again; since when the status
    /// in force there lasts is yet to be resolved.</summary>
    public static Timeline Rebase(IEventReader store, AgentKey agent, in Timeline timeline)
    {
        var coveredFromMs = timeline.CoveredFromMs;
        var builder = new TimelineBuilder();
        foreach (var e in Read(store, agent, coveredFromMs, coveredFromMs)) builder.Add(TimelineEvent.Of(e));
        return timeline.TryReapply(builder) ? builder.Build(coveredFromMs) : Reload(store, agent, timeline);
    }

    /// <summary>The timeline with the stored events of [fromMs, toMs] that memory alone cannot take in.</summary>
    public static Timeline Refold(IEventReader store, AgentKey agent, in Timeline timeline, long fromMs, long toMs)
    {
        for (var window = timeline.WindowFor(fromMs, toMs); ; window = timeline.Wider(window))
        {
            var startMs = window.FromMs;
            var read = store.ReadEvents(agent, startMs, window.ToMs).Where(e => e.OccurredAtMs >= startMs);
            if (timeline.TryReplace(window, [.. read.Select(e => TimelineEvent.Of(e))], out var after)) return after;
        }
    }

    /// <summary>The same timeline, with since when the status in force lasts where the covered time begins.</summary>
    public static Timeline ResolveSince(IEventReader store, AgentKey agent, in Timeline timeline) => timeline.NeedsSince
        ? timeline.WithSince(At(store, agent, timeline, timeline.CoveredFromMs).SinceMs)
        : timeline;

    /// <summary>What the agent was at any instant, with the interval's start, however old.</summary>
    public static StatusAt At(IEventReader store, AgentKey agent, in Timeline timeline, long instantMs)
    {
        if (timeline.Covers(instantMs) && timeline.At(instantMs) is { NeedsStore: false } known) return known;
        for (var reachMs = FirstReachMs; ; reachMs *= 8)
        {
            // Before what memory covers, all that came later is of no interest.
            var fromMs = Back(instantMs, reachMs);
            var reached = timeline.Covers(instantMs)
                ? ExtendBack(store, agent, timeline, fromMs)
                : Build(Read(store, agent, fromMs, instantMs + 1), fromMs, default);
            var answer = reached.At(instantMs);
            if (!answer.NeedsStore) return answer;
        }
    }

    /// <summary>The timeline, wide enough to tell where the stretch of OFFLINE began that an instant lies in, and that
    /// start (<see cref="OfflineDerivation.FindStart"/>).</summary>
    public static (Timeline Timeline, long StartMs) ReachOfflineStart(
        IEventReader store, AgentKey agent, in Timeline timeline, long instantMs)
    {
        var wide = timeline;
        for (var reachMs = FirstReachMs; ; reachMs *= 8)
        {
            if (OfflineDerivation.FindStart(wide, instantMs) is { } startMs) return (wide, startMs);
            wide = ExtendBack(store, agent, timeline, Back(instantMs, reachMs));
        }
    }

    /// <summary>Before the first instant there is nothing: a reach that far finds the agent's whole history.</summary>
    private static long Back(long instantMs, long reachMs) => Math.Max(instantMs - reachMs, Limits.FirstInstantMs - 1);

    /// <summary>What precedes the range is the last event of each origin. Where all of these are calls', the status can
    /// be what an earlier end of a call said (docs/rules.md, Effective status, line 7): then all is read.</summary>
    private static IReadOnlyList<StatusEvent> Read(IEventReader store, AgentKey agent, long coveredFromMs, long toMs)
    {
        var fromMs = coveredFromMs - Limits.WrapUpMs;
        var events = store.ReadEvents(agent, fromMs, toMs);
        var before = events.TakeWhile(e => e.OccurredAtMs < fromMs).ToList();
        return before.Count > 0 && before.TrueForAll(e => e.Origin == Origin.Call)
            ? store.ReadEvents(agent, Limits.FirstInstantMs, toMs)
            : events;
    }

    private static Timeline Build(IReadOnlyList<StatusEvent> older, long coveredFromMs, in Timeline newer)
    {
        var builder = new TimelineBuilder();
        foreach (var e in older) builder.Add(TimelineEvent.Of(e));
        newer.CopyFrom(newer.CoveredFromMs, builder);
        var isWhole = older.Count == 0 || older[0].OccurredAtMs >= coveredFromMs - Limits.WrapUpMs;
        return isWhole ? builder.Build() : builder.Build(coveredFromMs);
    }
}
