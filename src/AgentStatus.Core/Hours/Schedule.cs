using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>When one agent's business hours are open. An instant is inside if its local date and time lie in an
/// interval: the local intervals are laid over each stretch of constant offset, so that a skipped local time never
/// comes and a repeated one counts both times. Immutable, safe on any thread.</summary>
public sealed class Schedule
{
    private readonly DateTimeZone _zone;
    private readonly DayTable _days;

    /// <param name="calendar">Every key has a value.</param>
    internal Schedule(Calendar calendar) => (_zone, _days) = (calendar.Zone!, new DayTable(calendar));

    /// <summary>The open intervals within [from, to), clipped to it: in order, and neither overlapping nor touching.
    /// Each is found when it is asked for, so that a long window takes no memory. Empty where <paramref name="toMs"/>
    /// is not after <paramref name="fromMs"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An instant outside the years 0001 to 9999.</exception>
    public IEnumerable<Interval> Open(long fromMs, long toMs) => Join(Parts(fromMs, toMs));

    /// <summary>The same, but some may touch.</summary>
    internal IEnumerable<Interval> Parts(long fromMs, long toMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromMs, Limits.FirstInstantMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(toMs, Limits.LastInstantMs + 1);
        if (fromMs >= toMs) return [];
        return _days.IsAlwaysOpen ? [new(fromMs, toMs)] : Lay(fromMs, toMs);
    }

    /// <summary>Joins intervals that touch. They come in order and do not overlap.</summary>
    internal static IEnumerable<Interval> Join(IEnumerable<Interval> parts)
    {
        Interval? last = null;
        foreach (var part in parts)
        {
            if (last is { } open && open.EndMs < part.StartMs) yield return open;
            last = last?.EndMs == part.StartMs ? new(last.Value.StartMs, part.EndMs) : part;
        }

        if (last is { } closing) yield return closing;
    }

    private IEnumerable<Interval> Lay(long fromMs, long toMs)
    {
        for (var at = fromMs; at < toMs;)
        {
            var stretch = _zone.GetZoneInterval(Instant.FromUnixTimeMilliseconds(at));
            var offsetMs = stretch.WallOffset.Milliseconds;
            var endMs = stretch.HasEnd ? Math.Min(stretch.End.ToUnixTimeMilliseconds(), toMs) : toMs;
            var lastDay = LocalDay.Of(endMs - 1 + offsetMs);
            for (var day = LocalDay.Of(at + offsetMs); day <= lastDay; day++)
            {
                var midnightMs = (day * LocalDay.MsPerDay) - offsetMs;
                foreach (var slot in _days.On(day))
                {
                    var part = new Interval(
                        Math.Max(midnightMs + (slot.Start * LocalDay.MsPerSecond), at),
                        Math.Min(midnightMs + (slot.End * LocalDay.MsPerSecond), endMs));
                    if (part.LengthMs > 0) yield return part;
                }
            }

            at = endMs;
        }
    }
}
