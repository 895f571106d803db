using AgentStatus.Core;

namespace AgentStatus.TestKit;

/// <summary>What an agent is, in the model's own words.</summary>
public sealed record ModelStatus(Status Status, Origin Origin, string Label)
{
    public static readonly ModelStatus Unknown = new(Status.Unknown, Origin.None, "");
}

/// <summary>The three layers of docs/rules.md, Effective status, event by event, as the text says it: slow, and without
/// any code of the product. Each thing that is said remembers which event said it.</summary>
public sealed class ModelLayers(long onCallLimitMs, long wrapUpLimitMs)
{
    private const long WaitMs = 60_000;
    private const int MostDevices = 16;

    private readonly Dictionary<long, (Status Status, long AtMs, string By)> _calls = [];
    private readonly Dictionary<long, long> _waitingEnds = [];

    /// <summary>The one that was heard longest ago comes first; the unnamed one is "".</summary>
    private readonly List<(string Id, Status Status, string By)> _devices = [];

    private StatusEvent? _chosen;
    private StatusEvent? _lastEnd;
    private long _lastCallEventMs;

    public void Apply(StatusEvent e)
    {
        PassTo(e.OccurredAtMs);
        if (e.Status == Status.Left) Leave();
        else if (e.Origin == Origin.Call) ApplyCall(e);
        else if (e.Origin == Origin.App) ApplyApp(e);
        else ApplyChoice(e);
    }

    /// <summary>Calls whose ends got lost.</summary>
    public void PassTo(long instantMs)
    {
        if (Call() is { } status && instantMs >= _lastCallEventMs + LimitMs(status)) _calls.Clear();
    }

    public ModelStatus Decide()
    {
        var app = App();
        var chosen = _chosen?.Status ?? Status.Unknown;
        if (Call() is { } call) return new(call, Origin.Call, "");
        if (chosen == Status.Offline) return Chosen();
        if (app == Status.Offline) return new(app, Origin.App, "");
        if (chosen is Status.Busy or Status.Away) return Chosen();
        if (_chosen is not null) return app is Status.Idle or Status.Away ? new(app, Origin.App, "") : Chosen();
        if (app != Status.Unknown) return new(app, Origin.App, "");
        return _lastEnd is null ? ModelStatus.Unknown : new(_lastEnd.Status, Origin.Call, "");
    }

    /// <summary>Whether an event decides, as of the instant that the layers stand at.</summary>
    public bool IsApplied(StatusEvent e)
    {
        var decided = Decide();
        if (e.Status == Status.Left) return decided.Status == Status.Unknown;
        if (decided.Status != e.Status) return false;
        return e.Origin switch
        {
            Origin.Call => decided.Origin == Origin.Call
                && (_calls.Values.Any(call => call.By == e.EventId)
                    || (_lastEnd?.EventId == e.EventId && Call() is null)),
            Origin.App => decided.Origin == Origin.App && _devices.Any(device => device.By == e.EventId),
            _ => decided.Origin == e.Origin && _chosen?.EventId == e.EventId,
        };
    }

    private void Leave()
    {
        (_chosen, _lastEnd) = (null, null);
        _devices.Clear();
        _calls.Clear();
        _waitingEnds.Clear();
    }

    private void ApplyChoice(StatusEvent e)
    {
        var personIsOffline = _chosen is { Status: Status.Offline, Origin: Origin.Agent or Origin.Supervisor };
        if (e.Origin == Origin.System && personIsOffline) return;
        _chosen = e;
        if (e.Origin == Origin.System) return;
        EndWrapUps();
        if (e.Origin != Origin.Agent) return;
        if (e.DeviceId == "") _devices.Clear();
        else Hear(e, Status.Online);
    }

    private void ApplyApp(StatusEvent e)
    {
        if (e.DeviceId == "") _devices.Clear();
        else _devices.RemoveAll(device => device.Id == "");
        Hear(e, e.Status);
        if (App() == Status.Offline) EndWrapUps();
    }

    private void Hear(StatusEvent e, Status status)
    {
        _devices.RemoveAll(device => device.Id == e.DeviceId);
        _devices.Add((e.DeviceId, status, e.EventId));
        if (_devices.Count <= MostDevices) return;
        var offline = _devices.FindIndex(device => device.Status == Status.Offline);
        _devices.RemoveAt(Math.Max(offline, 0));
    }

    private void ApplyCall(StatusEvent e)
    {
        foreach (var (id, call) in _calls.ToList())
            if (e.OccurredAtMs - call.AtMs >= LimitMs(call.Status)) _calls.Remove(id);
        _lastCallEventMs = e.OccurredAtMs;
        if (e.Status is Status.OnCall or Status.WrapUp)
        {
            var isOver = e.CallId != 0
                && _waitingEnds.TryGetValue(e.CallId, out var endedAtMs) && e.OccurredAtMs - endedAtMs <= WaitMs;
            if (!isOver) _calls[e.CallId] = (e.Status, e.OccurredAtMs, e.EventId);
            return;
        }

        _lastEnd = e;
        if (e.CallId == 0) _calls.Clear();
        else if (!_calls.Remove(e.CallId)) _waitingEnds[e.CallId] = e.OccurredAtMs;
    }

    private void EndWrapUps()
    {
        foreach (var (id, call) in _calls.ToList())
            if (call.Status == Status.WrapUp) _calls.Remove(id);
    }

    private Status? Call() => _calls.Values.Any(call => call.Status == Status.OnCall)
        ? Status.OnCall
        : _calls.Count > 0 ? Status.WrapUp : null;

    private Status App()
    {
        foreach (var status in new[] { Status.Online, Status.Idle, Status.Away, Status.Offline })
            if (_devices.Any(device => device.Status == status)) return status;
        return Status.Unknown;
    }

    private ModelStatus Chosen() => new(_chosen!.Status, _chosen.Origin, _chosen.Label);

    private long LimitMs(Status call) => call == Status.OnCall ? onCallLimitMs : wrapUpLimitMs;
}
