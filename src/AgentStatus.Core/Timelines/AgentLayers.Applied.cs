namespace AgentStatus.Core.Timelines;

/// <summary>Which event has its place in the layers: what RecordStatus answers as APPLIED.</summary>
internal sealed partial class AgentLayers
{
    /// <summary>Of each place the event that took it last: a choice, a device, a call, or the end of a call.</summary>
    private Dictionary<(Place Place, long Key), int>? _takenBy;

    private enum Place
    {
        Choice,
        Device,
        Call,
        End,
    }

    /// <summary>Applies the next event and remembers which one it was, for <see cref="IsApplied"/>.</summary>
    public void Apply(in TimelineEvent e, int number)
    {
        _takenBy ??= [];
        if (!Apply(e) || e.Status == Status.Left) return;
        if (e.Origin is Origin.App or Origin.Agent) _takenBy[(Place.Device, e.DeviceKey)] = number;
        if (e.Origin != Origin.App) _takenBy[PlaceOf(e)] = number;
    }

    /// <summary>Whether an event decides the status, as of now, and no later one took its place.</summary>
    /// <param name="number">What it was applied with.</param>
    public bool IsApplied(in TimelineEvent e, int number)
    {
        var (layers, decided) = (State.Layers, State.Effective);
        if (e.Status == Status.Left) return decided.Status == Status.Unknown;
        if (decided.Status != e.Status) return false;
        if (!_takenBy!.TryGetValue(PlaceOf(e), out var taker) || taker != number) return false;
        var (callId, device) = (e.CallId, e.DeviceKey);
        return PlaceOf(e).Place switch
        {
            Place.Call => _calls.Exists(call => call.CallId == callId),
            Place.End => decided.Origin == Origin.Call && layers.Call == Status.Unknown,
            Place.Device => decided.Origin == Origin.App && _devices.Exists(one => one.Key == device),
            _ => decided.Origin == e.Origin,
        };
    }

    private static (Place Place, long Key) PlaceOf(in TimelineEvent e) => e.Origin switch
    {
        Origin.App => (Place.Device, e.DeviceKey),
        Origin.Call => e.Status is Status.OnCall or Status.WrapUp ? (Place.Call, e.CallId) : (Place.End, 0),
        _ => (Place.Choice, 0),
    };
}
