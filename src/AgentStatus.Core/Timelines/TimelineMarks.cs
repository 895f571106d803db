namespace AgentStatus.Core.Timelines;

/// <summary>What layers hold beside their state, after some of a timeline's events: after the last one, so that the
/// next can be applied, and now and then in between, so that a late one needs few events of the store. In words, behind
/// the events: [0] words in use, then the marks by index. The writer's thread only.</summary>
/// <remarks>A mark: 32 bits of the event's index, 8 of the number of devices, 12 of calls, 12 of ends that wait; a word
/// for each device; two for each call and each end.</remarks>
internal static class TimelineMarks
{
    /// <summary>Of so many events in a row one at the most keeps its mark: 2% of memory, and a read of the store that
    /// takes less than a millisecond.</summary>
    public const int Spacing = 256;

    private const int MostCalls = (1 << 12) - 1;

    public static bool Has(ReadOnlySpan<long> region, int index) => Find(region, index) >= 0;

    /// <summary>Reads the mark of an event; false if there is none.</summary>
    public static bool TryRead(ReadOnlySpan<long> region, int index, AgentLayers into)
    {
        var at = Find(region, index);
        if (at < 0) return false;
        var header = region[at++];
        for (var i = 0; i < DevicesOf(header); i++, at++)
            into.Devices.Add(new DeviceMark(region[at] >>> DeviceMark.StatusBits, StatusOf(region[at])));
        for (var i = 0; i < CallsOf(header); i++, at += 2)
            into.Calls.Add(new CallMark(region[at], StatusOf(region[at + 1]), region[at + 1] >> DeviceMark.StatusBits));
        for (var i = 0; i < EndsOf(header); i++, at += 2) into.Ends.Add(new WaitingEnd(region[at], region[at + 1]));
        return true;
    }

    /// <summary>Words of the mark of these layers; 0: they hold too much for one.</summary>
    public static int LengthOf(AgentLayers layers) => layers.Calls.Count > MostCalls || layers.Ends.Count > MostCalls
        ? 0
        : 1 + layers.Devices.Count + (2 * (layers.Calls.Count + layers.Ends.Count));

    /// <summary>Writes a mark.</summary>
    /// <param name="to">Of <see cref="LengthOf"/>, more than 0.</param>
    public static void Write(Span<long> to, int index, AgentLayers layers)
    {
        to[0] = (uint)index | ((long)layers.Devices.Count << 32) | ((long)layers.Calls.Count << 40)
            | ((long)layers.Ends.Count << 52);
        var at = 1;
        foreach (var device in layers.Devices) to[at++] = (device.Key << DeviceMark.StatusBits) | (long)device.Status;
        foreach (var call in layers.Calls)
        {
            to[at++] = call.CallId;
            to[at++] = (call.AtMs << DeviceMark.StatusBits) | (long)call.Status;
        }

        foreach (var end in layers.Ends)
        {
            to[at++] = end.CallId;
            to[at++] = end.AtMs;
        }
    }

    /// <summary>Puts the mark of a new last event in place of the one of the last event before it, unless that one
    /// stays as the one of its block. False: there is no room.</summary>
    /// <param name="index">Of the new last event.</param>
    /// <param name="before">Of the last event before it.</param>
    /// <param name="layers">Null: the new last event needs no mark.</param>
    public static bool TryReplaceLast(Span<long> region, int index, int before, AgentLayers? layers)
    {
        if (region.Length == 0) return layers is null;
        var at = 1;
        while (at <= region[0])
        {
            var marked = (int)region[at];
            if (marked > before || (marked == before && before / Spacing == index / Spacing)) break;
            at += Length(region[at]);
        }

        // Where they hold too much for a mark the store helps.
        var length = layers is null ? 0 : LengthOf(layers);
        if (at + length > region.Length) return false;
        if (length > 0) Write(region.Slice(at, length), index, layers!);
        region[0] = at + length - 1;
        return true;
    }

    /// <summary>Adds the marks of the events [from, to).</summary>
    /// <param name="shift">How many places further on these events come to stand.</param>
    public static void Copy(ReadOnlySpan<long> region, int from, int to, int shift, List<long> target)
    {
        if (region.Length == 0) return;
        for (var at = 1; at <= region[0]; at += Length(region[at]))
        {
            var marked = (int)region[at];
            if (marked < from || marked >= to) continue;
            target.Add(region[at] + shift);
            target.AddRange(region.Slice(at + 1, Length(region[at]) - 1));
        }
    }

    private static int Find(ReadOnlySpan<long> region, int index)
    {
        if (region.Length == 0) return -1;
        for (var at = 1; at <= region[0]; at += Length(region[at]))
            if ((int)region[at] == index) return at;
        return -1;
    }

    private static int Length(long header) => 1 + DevicesOf(header) + (2 * (CallsOf(header) + EndsOf(header)));

    private static int DevicesOf(long header) => (int)(header >> 32) & 255;

    private static int CallsOf(long header) => (int)(header >> 40) & MostCalls;

    private static int EndsOf(long header) => (int)(header >> 52) & MostCalls;

    private static Status StatusOf(long word) => (Status)(word & ((1 << DeviceMark.StatusBits) - 1));
}
