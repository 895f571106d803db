namespace AgentStatus.Storage;

/// <summary>Chooses, of an agent's events before an instant, those that leave the same explicit and app layer behind as
/// all of them do, and the same last end of a call (docs/rules.md, Effective status). Mostly that is the last event of
/// each origin. Calls in progress are not among it: who needs these reads from further back (see
/// <see cref="IEventReader.ReadEvents"/>).</summary>
/// <remarks>Devices: a named one's events count until an APP or AGENT event without a device, or LEFT, forgets all. So
/// where the last of these events has a device, all since the last one without are needed: of more than 16 devices the
/// order in which they were heard decides which are forgotten.</remarks>
public sealed class PrecedingEvents
{
    private static readonly Origin[] OfApps = [Origin.App, Origin.Agent];
    private static readonly Origin[] OfCalls = [Origin.Call];

    private readonly StatusEvent? _left;
    private readonly Dictionary<string, StatusEvent> _chosen = [];

    /// <param name="last">The last event of each origin.</param>
    /// <param name="left">The last LEFT event: nothing before it counts. Null: there is none.</param>
    public PrecedingEvents(IEnumerable<StatusEvent> last, StatusEvent? left)
    {
        _left = left;
        if (left is not null) _chosen.Add(left.EventId, left);
        foreach (var e in last.Where(IsAfterLeft)) _chosen.TryAdd(e.EventId, e);
        var known = _chosen.Values.Where(IsAfterLeft).Select(MemoryEvent.Of).ToList();
        Walk = NeedsApps(known) ? OfApps : NeedsCalls(known) ? OfCalls : [];
    }

    /// <summary>Of the agent's events before an instant, those that are enough to leave the same layers behind; the
    /// others go, in this order.</summary>
    /// <param name="preceding">What precedes the instant, in total order.</param>
    /// <param name="superfluous">Those of them that are not needed.</param>
    public static List<StatusEvent> Staying(
        IReadOnlyList<StatusEvent> preceding, out IReadOnlyList<StatusEvent> superfluous)
    {
        var found = SuperfluousEvents.Find([.. preceding.Select(e => TimelineEvent.Of(e))]);
        superfluous = [.. found.Select(i => preceding[i])];
        return [.. preceding.Except(superfluous)];
    }

    /// <summary>The origins whose earlier events are needed too, all of them together latest first, until
    /// <see cref="TryAdd"/> says that it is enough. Empty: none.</summary>
    public IReadOnlyList<Origin> Walk { get; }

    /// <summary>Whether the last event of each origin does not say all, or may not.</summary>
    public static bool NeedsMore(IEnumerable<MemoryEvent> last)
    {
        var known = last.ToList();
        return known.Exists(e => e.Status == Status.Left) || NeedsApps(known) || NeedsCalls(known);
    }

    /// <summary>Adds the next earlier event; false: no more are needed.</summary>
    public bool TryAdd(StatusEvent earlier)
    {
        if (!IsAfterLeft(earlier)) return false;
        _chosen.TryAdd(earlier.EventId, earlier);
        return earlier.Origin == Origin.Call ? !IsEnd(earlier.Status) : earlier.DeviceId.Length > 0;
    }

    /// <summary>What was chosen, in total order.</summary>
    public List<StatusEvent> InOrder()
    {
        var ordered = _chosen.Values.ToList();
        ordered.Sort(StatusEvent.Compare);
        return ordered;
    }

    /// <summary>Of one instant the order is not known here: then more is read than is needed.</summary>
    private static bool NeedsApps(List<MemoryEvent> known)
    {
        var apps = known.FindAll(e => e.Origin is Origin.App or Origin.Agent);
        return apps.Count > 0 && apps.Max(e => e.OccurredAtMs) is var lastMs
            && apps.Exists(e => e.OccurredAtMs == lastMs && e.DeviceKey != 0);
    }

    private static bool NeedsCalls(List<MemoryEvent> known) =>
        known.Count > 0 && known.TrueForAll(e => e.Origin == Origin.Call && !IsEnd(e.Status));

    private static bool IsEnd(Status status) => status is not (Status.OnCall or Status.WrapUp);

    private bool IsAfterLeft(StatusEvent e) => _left is null || StatusEvent.Compare(e, _left) > 0;
}
