namespace AgentStatus.Core.Timelines;

/// <summary>The layers while events are applied, one after the other: a state as long as that says it all, which it
/// does for agents whose events name neither calls nor devices, else <see cref="AgentLayers"/>.</summary>
internal struct LayerFold(CallLimits limits)
{
    private readonly CallLimits _limits = limits;
    private long _lastCallMs;

    /// <param name="lastCallMs">When the last CALL event occurred, if there is a call.</param>
    public LayerFold(CallLimits limits, LayerState state, ushort label, long lastCallMs)
        : this(limits) => (State, Label, _lastCallMs) = (state, label, lastCallMs);

    public LayerFold(CallLimits limits, AgentLayers all)
        : this(limits, all.State, all.Label, all.LastCallMs) => All = all;

    /// <summary>What the layers say.</summary>
    public LayerState State { get; private set; }

    /// <summary>The number of the explicit layer's label.</summary>
    public ushort Label { get; private set; }

    /// <summary>What the layers hold, if that is more than the state; else null.</summary>
    public AgentLayers? All { get; private set; }

    /// <summary>Applies the next event in total order, and packs it.</summary>
    public long Apply(in TimelineEvent e)
    {
        var kind = PackedEvent.KindOf(e.Status, e.Origin);
        var isNamed = e.CallId != 0 || e.DeviceKey != 0;
        if (All is null && !isNamed)
        {
            if (State.HasCall && e.OccurredAtMs >= _lastCallMs + _limits.Of(State.Call)) State = State.WithoutCall;
            State = State.After(kind);
            if (e.Origin == Origin.Call) _lastCallMs = e.OccurredAtMs;
            else if (e.Origin != Origin.App) isNamed = !TryTakeLabel(e);
            return PackedEvent.Pack(e.OccurredAtMs, State, kind, isNamed, isRich: false);
        }

        All = ToAll();
        var isTaken = All.Apply(e);
        (State, Label, _lastCallMs) = (All.State, All.Label, All.LastCallMs);
        var isRich = All.IsRich;
        if (!isRich) All = null;
        return PackedEvent.Pack(e.OccurredAtMs, State, kind, isNamed || (!isTaken && e.Label != 0), isRich);
    }

    /// <summary>All that the layers hold.</summary>
    public readonly AgentLayers ToAll() => All ?? AgentLayers.Of(_limits, State, Label, _lastCallMs);

    /// <summary>Whether the same holds in both, so that the same events leave the same behind.</summary>
    public readonly bool IsSameAs(in LayerFold other) =>
        State == other.State
        && Label == other.Label
        && (!State.HasCall || _lastCallMs == other._lastCallMs)
        && (All is null ? other.All is null : other.All is not null && All.IsSameAs(other.All));

    /// <summary>Takes the label of a choice; false: the choice does not count, and has a label.</summary>
    private bool TryTakeLabel(in TimelineEvent e)
    {
        if (e.Status == Status.Left) Label = 0;
        else if (e.Origin != Origin.System || State.Layers.ExplicitOrigin == Origin.System) Label = e.Label;
        else return e.Label == 0;
        return true;
    }
}
