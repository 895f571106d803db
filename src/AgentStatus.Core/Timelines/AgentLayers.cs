using System.Runtime.InteropServices;

namespace AgentStatus.Core.Timelines;

/// <summary>The layers of an agent with all that they hold, and the rules of docs/rules.md, Effective status, by which
/// events change them: here and nowhere else. Used by one thread.</summary>
internal sealed partial class AgentLayers(CallLimits limits)
{
    // In order of hearing: the one that was heard longest ago comes first.
    private readonly List<DeviceMark> _devices = [];
    private readonly List<CallMark> _calls = [];
    private readonly List<WaitingEnd> _ends = [];
    private Status _explicit;
    private Origin _explicitOrigin;
    private Status _lastEnd;

    /// <summary>The number of the explicit layer's label.</summary>
    public ushort Label { get; private set; }

    /// <summary>When the last CALL event occurred; only if there is a call.</summary>
    public long LastCallMs { get; private set; }

    public List<DeviceMark> Devices => _devices;

    public List<CallMark> Calls => _calls;

    public List<WaitingEnd> Ends => _ends;

    /// <summary>What the layers say.</summary>
    public LayerState State => LayerState.Of(new Layers(_explicit, _explicitOrigin, App, Call, _lastEnd));

    /// <summary>Whether there is more to know than <see cref="State"/>, label and the last CALL event.</summary>
    public bool IsRich =>
        _ends.Count > 0
        || _devices.Count > 1 || (_devices.Count == 1 && _devices[0].Key != 0)
        || _calls.Count > 1 || (_calls.Count == 1 && (_calls[0].CallId != 0 || _calls[0].AtMs != LastCallMs));

    /// <summary>The layers as they stand after an event whose state says it all.</summary>
    /// <param name="lastCallMs">When the last CALL event occurred, if there is a call.</param>
    public static AgentLayers Of(CallLimits limits, LayerState state, ushort label, long lastCallMs)
    {
        var layers = new AgentLayers(limits);
        layers.SetState(state, label, lastCallMs);
        if (state.Layers.App != Status.Unknown) layers._devices.Add(new DeviceMark(0, state.Layers.App));
        if (state.HasCall) layers._calls.Add(new CallMark(0, state.Call, lastCallMs));
        return layers;
    }

    /// <summary>Of what a mark holds beside the state.</summary>
    public void SetState(LayerState state, ushort label, long lastCallMs)
    {
        var layers = state.Layers;
        (_explicit, _explicitOrigin, _lastEnd) = (layers.Explicit, layers.ExplicitOrigin, layers.LastEnd);
        (Label, LastCallMs) = (label, lastCallMs);
    }

    /// <summary>Applies the next event in total order; false: it is ignored.</summary>
    public bool Apply(in TimelineEvent e)
    {
        PassTo(e.OccurredAtMs);
        if (e.Status == Status.Left)
        {
            Leave();
            return true;
        }

        return e.Origin switch
        {
            Origin.Call => ApplyCall(e),
            Origin.App => ApplyApp(e),
            _ => ApplyChoice(e),
        };
    }

    /// <summary>Whether both hold the same beside what their states say.</summary>
    public bool IsSameAs(AgentLayers other) =>
        _devices.SequenceEqual(other._devices)
        && _calls.Count == other._calls.Count && _calls.TrueForAll(other._calls.Contains)
        && _ends.Count == other._ends.Count && _ends.TrueForAll(other._ends.Contains);

    private Status App
    {
        get
        {
            var most = Status.Unknown;
            foreach (var device in CollectionsMarshal.AsSpan(_devices))
                if (most == Status.Unknown || device.Status < most) most = device.Status;
            return most;
        }
    }

    private Status Call
    {
        get
        {
            foreach (var call in CollectionsMarshal.AsSpan(_calls))
                if (call.Status == Status.OnCall) return Status.OnCall;
            return _calls.Count == 0 ? Status.Unknown : Status.WrapUp;
        }
    }

    /// <summary>Calls whose ends got lost are forgotten, and so are ends that have waited long enough.</summary>
    private void PassTo(long instantMs)
    {
        if (_calls.Count > 0 && instantMs >= LastCallMs + limits.Of(Call)) _calls.Clear();
        for (var i = _ends.Count - 1; i >= 0; i--)
            if (instantMs - _ends[i].AtMs > CallLimits.WaitingEndMs) _ends.RemoveAt(i);
    }

    private void Leave()
    {
        (_explicit, _explicitOrigin, _lastEnd, Label) = (Status.Unknown, Origin.None, Status.Unknown, 0);
        _devices.Clear();
        _calls.Clear();
        _ends.Clear();
    }

    private bool ApplyChoice(in TimelineEvent e)
    {
        // A rule does not make available who chose to be offline.
        var personIsOffline = _explicit == Status.Offline && _explicitOrigin != Origin.System;
        if (e.Origin == Origin.System && personIsOffline) return false;
        (_explicit, _explicitOrigin, Label, _lastEnd) = (e.Status, e.Origin, e.Label, Status.Unknown);
        if (e.Origin == Origin.System) return true;
        EndWrapUps();
        if (e.Origin == Origin.Supervisor) return true;

        // Who chose a status has the app open there; without a device, what was said before does not count any more.
        if (e.DeviceKey == 0) _devices.Clear();
        else Hear(e.DeviceKey, Status.Online);
        return true;
    }

    private bool ApplyApp(in TimelineEvent e)
    {
        // Without a device it speaks for all; with one, the unnamed one is forgotten.
        if (e.DeviceKey == 0) _devices.Clear();
        else if (_devices.FindIndex(device => device.Key == 0) is >= 0 and var unnamed) _devices.RemoveAt(unnamed);
        Hear(e.DeviceKey, e.Status);
        _lastEnd = Status.Unknown;
        if (App == Status.Offline) EndWrapUps();
        return true;
    }

    private void Hear(long key, Status status)
    {
        for (var i = 0; i < _devices.Count; i++)
        {
            if (_devices[i].Key != key) continue;
            _devices.RemoveAt(i);
            break;
        }

        _devices.Add(new DeviceMark(key, status));
        if (_devices.Count <= Limits.AgentDevices) return;
        var offline = _devices.FindIndex(device => device.Status == Status.Offline);
        _devices.RemoveAt(Math.Max(0, offline));
    }

    private bool ApplyCall(in TimelineEvent e)
    {
        LastCallMs = e.OccurredAtMs;
        for (var i = _calls.Count - 1; i >= 0; i--)
            if (e.OccurredAtMs - _calls[i].AtMs >= limits.Of(_calls[i].Status)) _calls.RemoveAt(i);
        return e.Status is Status.OnCall or Status.WrapUp ? BeginOrGoOn(e) : End(e);
    }

    private bool BeginOrGoOn(in TimelineEvent e)
    {
        if (IndexOfEnd(e.CallId) >= 0) return false;
        RemoveCall(e.CallId);
        _calls.Add(new CallMark(e.CallId, e.Status, e.OccurredAtMs));
        return true;
    }

    private bool End(in TimelineEvent e)
    {
        if (_explicit == Status.Unknown && _devices.Count == 0) _lastEnd = e.Status;
        if (e.CallId == 0)
        {
            _calls.Clear();
        }
        else if (!RemoveCall(e.CallId))
        {
            if (IndexOfEnd(e.CallId) is >= 0 and var earlier) _ends.RemoveAt(earlier);
            _ends.Add(new WaitingEnd(e.CallId, e.OccurredAtMs));
        }

        return true;
    }

    private bool RemoveCall(long callId)
    {
        for (var i = 0; i < _calls.Count; i++)
        {
            if (_calls[i].CallId != callId) continue;
            _calls.RemoveAt(i);
            return true;
        }

        return false;
    }

    private int IndexOfEnd(long callId)
    {
        for (var i = 0; i < _ends.Count; i++)
            if (_ends[i].CallId == callId) return i;
        return -1;
    }

    private void EndWrapUps()
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
            if (_calls[i].Status == Status.WrapUp) _calls.RemoveAt(i);
    }
}

/// <summary>What a device said last.</summary>
/// <param name="Key">Of <see cref="TimelineEvent.KeyOf"/>; 0: the unnamed one.</param>
internal readonly record struct DeviceMark(long Key, Status Status)
{
    /// <summary>Bits of a word that hold the status.</summary>
    public const int StatusBits = 3;
}

/// <summary>A call in progress.</summary>
/// <param name="AtMs">When its own last event occurred.</param>
internal readonly record struct CallMark(long CallId, Status Status, long AtMs);

/// <summary>An end that did not find its call in progress, and waits for it.</summary>
internal readonly record struct WaitingEnd(long CallId, long AtMs);
