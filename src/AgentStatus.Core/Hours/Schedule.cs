using NodaTime;
using NodaTime.TimeZones;

namespace AgentStatus.Core.Hours;

/// <summary>When one agent's business hours are open. An instant is inside if its local date and time lie in an
/// interval: the local intervals are laid over each stretch of constant offset, so that a skipped local time never
/// comes and a repeated one counts both times. Immutable, safe on any thread.</summary>
public sealed class Schedule
{
    private readonly DateTimeZone _zone;
    private readonly DayTable _days;

    internal Schedule(DateTimeZone zone, Calendar calendar)
    {
        _zone = zone;
        _days = new DayTable(calendar);
    }

    /// <summary>True where no instant is outside.</summary>
    public bool IsAlwaysOpen => _days.IsAlwaysOpen;

    /// <summary>The open intervals within [from, to), clipped to it: sorted, and neither overlapping nor touching.
    /// Empty where <paramref name="toMs"/> is not after <paramref name="fromMs"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An instant outside the years 0001 to 9999.</exception>
    public IReadOnlyList<Interval> Open(long fromMs, long toMs)
    {
        var open = new List<Interval>();
        AddOpen(fromMs, toMs, open);
        return open;
    }

    /// <summary>Whether the instant is inside business hours.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An instant outside the years 0001 to 9999.</exception>
    public bool IsOpen(long instantMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instantMs, Limits.FirstInstantMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(instantMs, Limits.LastInstantMs);
        if (IsAlwaysOpen)
            return true;
        var localMs = instantMs + StretchAt(instantMs).WallOffset.Milliseconds;
        var day = LocalDay.Of(localMs);
        var minute = (localMs - day * LocalDay.MsPerDay) / LocalDay.MsPerMinute;
        foreach (var slot in _days.On(day))
        {
            if (minute < slot.End)
                return minute >= slot.Start;
        }
        return false;
    }

    /// <summary>Appends the open intervals to a list that ends at or before <paramref name="fromMs"/>.</summary>
    internal void AddOpen(long fromMs, long toMs, List<Interval> open)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromMs, Limits.FirstInstantMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(toMs, Limits.LastInstantMs + 1);
        if (IsAlwaysOpen)
        {
            Append(open, fromMs, toMs);
            return;
        }
        for (var at = fromMs; at < toMs;)
        {
            var stretch = StretchAt(at);
            var end = stretch.HasEnd ? Math.Min(stretch.End.ToUnixTimeMilliseconds(), toMs) : toMs;
            AddStretch(at, end, stretch.WallOffset.Milliseconds, open);
            at = end;
        }
    }

    private ZoneInterval StretchAt(long instantMs) =>
        _zone.GetZoneInterval(Instant.FromUnixTimeMilliseconds(instantMs));

    private void AddStretch(long fromMs, long toMs, int offsetMs, List<Interval> open)
    {
        var lastDay = LocalDay.Of(toMs - 1 + offsetMs);
        for (var day = LocalDay.Of(fromMs + offsetMs); day <= lastDay; day++)
        {
            var midnightMs = day * LocalDay.MsPerDay - offsetMs;
            foreach (var slot in _days.On(day))
            {
                Append(
                    open,
                    Math.Max(midnightMs + slot.Start * LocalDay.MsPerMinute, fromMs),
                    Math.Min(midnightMs + slot.End * LocalDay.MsPerMinute, toMs));
            }
        }
    }

    /// <summary>Instants come in order, so what touches can only touch the last one.</summary>
    private static void Append(List<Interval> open, long startMs, long endMs)
    {
        if (startMs >= endMs)
            return;
        if (open.Count > 0 && open[^1].EndMs == startMs)
            open[^1] = open[^1] with { EndMs = endMs };
        else
            open.Add(new Interval(startMs, endMs));
    }
}
