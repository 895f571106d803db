using AgentStatus.Core;
using AgentStatus.Core.Timelines;
using AgentStatus.Storage;

namespace AgentStatus.Server.Recording;

/// <summary>
/// One agent's timeline while a batch is being written: what is published, and what will be after the commit.
/// </summary>
internal sealed class StagedAgent(AgentKey agent, Timeline published)
{
    public AgentKey Agent { get; } = agent;

    /// <summary>What readers see until the commit.</summary>
    public Timeline Before { get; } = published;

    /// <summary>What they will see after it; complete after <see cref="Settle"/>.</summary>
    public Timeline After { get; private set; } = published;

    /// <summary>The timeline may have changed from here on.</summary>
    public long ChangedFromMs { get; private set; } = long.MaxValue;

    /// <summary>
    /// Whether <see cref="After"/> lacks an event from before memory's horizon until <see cref="Settle"/>.
    /// </summary>
    public bool NeedsReload { get; private set; }

    /// <summary>Applies an event that the store has.</summary>
    public void Apply(StatusEvent stored, IEventReader store)
    {
        var atMs = stored.OccurredAtMs;
        ChangedFromMs = Math.Min(ChangedFromMs, atMs);

        // One at the very start of what is covered, too: since when the status there lasts is from before.
        if (!After.Covers(atMs - 1)) NeedsReload = true;
        else if (After.CountAt(atMs) == 0) After = After.With(atMs, stored.Status, stored.Origin);
        else After = After.WithInstant(atMs, [.. EventsAt(store, atMs).Select(e => (e.Status, e.Origin))]);
    }

    /// <summary>
    /// Applies an event as well as memory alone can: it comes last among those of its instant, and one from before
    /// what memory covers changes nothing until the timeline is read again.
    /// </summary>
    public void ApplyFromMemory(StatusEvent taken)
    {
        ChangedFromMs = Math.Min(ChangedFromMs, taken.OccurredAtMs);
        if (After.Covers(taken.OccurredAtMs)) After = After.With(taken.OccurredAtMs, taken.Status, taken.Origin);
    }

    /// <summary>
    /// An event from before memory's horizon can change all that memory knows of that time: it is read again.
    /// </summary>
    public void Settle(IEventReader store)
    {
        if (NeedsReload) After = Memory.TimelineLoader.Reload(store, Agent, Before);
    }

    /// <summary>What the agent is at the instant of a stored event, and whether that event decides it.</summary>
    public (StatusAt At, bool Decides) Judge(StatusEvent stored, IEventReader store)
    {
        var at = Memory.TimelineLoader.At(store, Agent, After, stored.OccurredAtMs);
        var decides = at.Origin == stored.Origin
            && ((After.Covers(stored.OccurredAtMs) && After.CountAt(stored.OccurredAtMs) == 1)
                || EventsAt(store, stored.OccurredAtMs).Last(e => IsExplicit(e) == IsExplicit(stored)
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
