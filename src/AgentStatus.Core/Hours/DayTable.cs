namespace AgentStatus.Core.Hours;

/// <summary>When each local date of a calendar is open. Overnight hours, holidays, exceptions and breaks are settled
/// here: what reads the table sees sorted, disjoint slots within one date. The weekdays are worked out once, a date
/// that differs each time: there may be many of those, and an agent has a table of its own.</summary>
/// <param name="calendar">Every key has a value.</param>
internal sealed class DayTable(Calendar calendar)
{
    private readonly Slot[][] _weekdays =
    [
        .. Enumerable.Range(0, 7).Select(day => OpenOn(calendar.Weekly![day], calendar.Weekly[(day + 6) % 7], [])),
    ];

    /// <summary>True where it is plain that no instant is outside.</summary>
    public bool IsAlwaysOpen =>
        calendar is { Holidays.IsEmpty: true, Exceptions.Count: 0, Breaks.Count: 0 }
        && Array.TrueForAll(_weekdays, slots => slots is [var slot] && slot == Slot.FullDay);

    /// <summary>The open slots of one date, none of which reaches past its midnight. A holiday or an exception also
    /// changes what runs into the next date.</summary>
    public Slot[] On(int day)
    {
        var breaks = calendar.Breaks!.GetValueOrDefault(day, []);
        return breaks.Length > 0 || Differs(day) || Differs(day - 1)
            ? OpenOn(StartingOn(day), StartingOn(day - 1), breaks)
            : _weekdays[LocalDay.Weekday(day)];
    }

    private bool Differs(int day) => calendar.Holidays!.Contains(day) || calendar.Exceptions!.ContainsKey(day);

    private Slot[] StartingOn(int day) =>
        calendar.Exceptions!.TryGetValue(day, out var hours) ? hours
        : calendar.Holidays!.Contains(day) ? []
        : calendar.Weekly![LocalDay.Weekday(day)];

    /// <summary>Slots come sorted. Without LINQ: a window of years asks for each date that differs.</summary>
    private static Slot[] OpenOn(Slot[] own, Slot[] ofDayBefore, Slot[] breaks)
    {
        const int midnight = LocalDay.SecondsPerDay;
        var tailEnd = 0;
        foreach (var slot in ofDayBefore) tailEnd = Math.Max(tailEnd, slot.End - midnight);
        if (own.Length == 0 && tailEnd == 0) return [];

        var open = new List<Slot>(own.Length + 1);
        if (tailEnd > 0) open.Add(new Slot(0, tailEnd));
        foreach (var slot in own) Unite(open, slot with { End = Math.Min(slot.End, midnight) });
        return breaks.Length == 0 ? [.. open] : [.. Difference(open, Union(breaks))];
    }

    private static List<Slot> Union(Slot[] slots)
    {
        var union = new List<Slot>(slots.Length);
        foreach (var slot in slots) Unite(union, slot);
        return union;
    }

    /// <summary>Adds a slot to a union whose slots start no later: sorted, and neither overlapping nor
    /// touching.</summary>
    private static void Unite(List<Slot> union, Slot slot)
    {
        if (union.Count > 0 && slot.Start <= union[^1].End)
            union[^1] = union[^1] with { End = Math.Max(union[^1].End, slot.End) };
        else union.Add(slot);
    }

    /// <summary>What is open and not closed; both are unions.</summary>
    private static IEnumerable<Slot> Difference(List<Slot> open, List<Slot> closed)
    {
        var next = 0;
        foreach (var slot in open)
        {
            var start = slot.Start;
            while (next < closed.Count && closed[next].End <= start) next++;
            for (var at = next; at < closed.Count && closed[at].Start < slot.End; at++)
            {
                if (start < closed[at].Start) yield return new Slot(start, closed[at].Start);
                start = closed[at].End;
            }

            if (start < slot.End) yield return slot with { Start = start };
        }
    }
}
