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
        calendar is { Holidays.Count: 0, Exceptions.Count: 0, Breaks.Count: 0 }
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

    /// <summary>Paints the day minute by minute: a union and a difference with no case to get wrong.</summary>
    private static Slot[] OpenOn(Slot[] own, Slot[] ofDayBefore, Slot[] breaks)
    {
        Span<bool> open = stackalloc bool[LocalDay.MinutesPerDay];
        open.Clear();
        foreach (var slot in own) open[slot.Start..Math.Min(slot.End, open.Length)].Fill(true);
        foreach (var slot in ofDayBefore) open[..Math.Max(slot.End - open.Length, 0)].Fill(true);
        foreach (var slot in breaks) open[slot.Start..slot.End].Clear();

        var runs = new List<Slot>();
        for (int start = 0, end = 0; (start = open[end..].IndexOf(true)) >= 0;)
        {
            start += end;
            var length = open[start..].IndexOf(false);
            end = length < 0 ? open.Length : start + length;
            runs.Add(new Slot(start, end));
        }

        return [.. runs];
    }
}
