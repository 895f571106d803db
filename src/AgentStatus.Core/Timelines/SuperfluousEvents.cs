namespace AgentStatus.Core.Timelines;

/// <summary>Finds, of an agent's events before an instant, those that no instant from then on needs. What has to be
/// read back to be sure of the layers is more than what has to be kept: where every event names a device it is the
/// agent's whole history, of which the 16 devices that are known last matter.</summary>
public static class SuperfluousEvents
{
    /// <summary>Indices of the events without which the explicit and the app layer, and the last end of a call, are
    /// the same (docs/rules.md, Effective status), in an order in which they can be taken away one after the other:
    /// after each the layers are the same. Calls in progress are not looked at.</summary>
    /// <param name="preceding">In total order; leave these layers behind as all the agent's events before an instant
    /// do.</param>
    public static IReadOnlyList<int> Find(IReadOnlyList<TimelineEvent> preceding)
    {
        var devices = new DeviceHistory(preceding);
        var needed = FindNeeded(preceding, devices);
        List<int> superfluous = [.. devices.InOrder().Where(i => !needed.Contains(i))];
        for (var i = 0; i < preceding.Count; i++)
            if (preceding[i].Origin == Origin.Call && !needed.Contains(i)) superfluous.Add(i);

        // Of more devices than an agent has, a choice that one of the forgotten made may be all that is left of it: in
        // few cases it would then be known again.
        var gone = superfluous.ToHashSet();
        var rest = Fold(preceding.Where((_, i) => !gone.Contains(i)));
        return rest.Devices.SequenceEqual(devices.Layers.Devices)
            && rest.State.WithoutCall == devices.Layers.State.WithoutCall
                ? superfluous
                : [];
    }

    private static HashSet<int> FindNeeded(IReadOnlyList<TimelineEvent> preceding, DeviceHistory devices)
    {
        var needed = new HashSet<int>(devices.Last());
        var lastOf = new Dictionary<Origin, int>();
        var lastEnd = -1;
        for (var i = 0; i < preceding.Count; i++)
        {
            var e = preceding[i];
            lastOf[e.Origin] = i;
            if (e.Status == Status.Left || (DeviceHistory.IsOfApps(e) && e.DeviceKey == 0)) needed.Add(i);
            if (e.Origin == Origin.Call && e.Status is not (Status.OnCall or Status.WrapUp)) lastEnd = i;
        }

        if (lastEnd >= 0) needed.Add(lastEnd);
        foreach (var i in lastOf.Values)
        {
            needed.Add(i);
            if (devices.LastOfSession(i) is { } last) needed.Add(last);
        }

        return needed;
    }

    private static AgentLayers Fold(IEnumerable<TimelineEvent> events)
    {
        var layers = new AgentLayers(CallLimits.Default);
        foreach (var e in events) layers.Apply(e);
        return layers;
    }

    /// <summary>Which events were heard of which device, from when it became known until it was forgotten for another
    /// one.</summary>
    private sealed class DeviceHistory
    {
        private readonly List<List<int>> _forgotten = [];
        private readonly Dictionary<long, List<int>> _known = [];

        public DeviceHistory(IReadOnlyList<TimelineEvent> events)
        {
            for (var i = 0; i < events.Count; i++)
            {
                var e = events[i];
                Layers.Apply(e);
                if (!IsOfApps(e) && e.Status != Status.Left) continue;
                if (e.DeviceKey == 0) _known.Clear();
                else Hear(e.DeviceKey, i);
            }
        }

        public AgentLayers Layers { get; } = new(CallLimits.Default);

        public static bool IsOfApps(in TimelineEvent e) => e.Origin is Origin.App or Origin.Agent;

        /// <summary>The last event of each known device.</summary>
        public IEnumerable<int> Last() => _known.Values.Select(heard => heard[^1]);

        /// <summary>The last event of the device of this one, before the device was forgotten; null: it names
        /// none.</summary>
        public int? LastOfSession(int index) =>
            _forgotten.Concat(_known.Values).FirstOrDefault(heard => heard.Contains(index))?[^1];

        /// <summary>Forgotten devices first, the one that was forgotten first before the others: then there are never
        /// too many, and none is forgotten for another.</summary>
        public IEnumerable<int> InOrder() => _forgotten.Concat(_known.Values).SelectMany(heard => heard);

        private void Hear(long key, int index)
        {
            if (!_known.TryGetValue(key, out var heard)) _known.Add(key, heard = []);
            heard.Add(index);
            if (_known.Count <= Layers.Devices.Count) return;
            foreach (var other in _known.Keys.Where(other => !Layers.Devices.Exists(device => device.Key == other)))
            {
                _forgotten.Add(_known[other]);
                _known.Remove(other);
                break;
            }
        }
    }
}
