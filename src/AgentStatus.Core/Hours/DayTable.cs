namespace AgentStatus.Core.Hours;

/// <summary>When each local date is open, worked out once per calendar: overnight hours, holidays, exceptions and
/// breaks are settled here, and what reads the table sees sorted, disjoint slots within one date.</summary>
internal sealed class DayTable
{
    private readonly Slot[][] _weekdays = new Slot[7][];
    private readonly Dictionary<int, Slot[]> _dates = [];

    /// <param name="calendar">A calendar in which every key has a value.</param>
    public DayTable(Calendar calendar)
    {
        var weekly = calendar.Weekly!;
        for (var weekday = 0; weekday < 7; weekday++)
            _weekdays[weekday] = OpenOn(weekly[weekday], weekly[(weekday + 6) % 7], []);
        foreach (var day in DatesThatDiffer(calendar))
        {
            var breaks = calendar.Breaks!.GetValueOrDefault(day, []);
            _dates[day] = OpenOn(StartingOn(day, calendar), StartingOn(day - 1, calendar), breaks);
        }
        IsAlwaysOpen = _weekdays.Concat(_dates.Values).All(slots => slots is [var slot] && slot == Slot.FullDay);
    }

    public bool IsAlwaysOpen { get; }

    /// <summary>The open slots of one date, none of which reaches past its midnight.</summary>
    public Slot[] On(int day) =>
        _dates.TryGetValue(day, out var slots) ? slots : _weekdays[LocalDay.Weekday(day)];

    /// <summary>A holiday or an exception also changes what runs into the next date.</summary>
    private static HashSet<int> DatesThatDiffer(Calendar calendar)
    {
        var dates = new HashSet<int>(calendar.Breaks!.Keys);
        foreach (var day in calendar.Holidays!.Concat(calendar.Exceptions!.Keys))
        {
            dates.Add(day);
            dates.Add(day + 1);
        }
        return dates;
    }

    private static Slot[] StartingOn(int day, Calendar calendar)
    {
        if (calendar.Exceptions!.TryGetValue(day, out var hours))
            return hours;
        return calendar.Holidays!.Contains(day) ? [] : calendar.Weekly![LocalDay.Weekday(day)];
    }

    /// <summary>Paints the day minute by minute: a union and a difference with no case to get wrong.</summary>
    private static Slot[] OpenOn(Slot[] own, Slot[] ofDayBefore, Slot[] breaks)
    {
        Span<bool> open = stackalloc bool[LocalDay.MinutesPerDay];
        open.Clear();
        foreach (var slot in own)
            open[slot.Start..Math.Min(slot.End, LocalDay.MinutesPerDay)].Fill(true);
        foreach (var slot in ofDayBefore)
            open[..Math.Max(slot.End - LocalDay.MinutesPerDay, 0)].Fill(true);
        foreach (var slot in breaks)
            open[slot.Start..slot.End].Clear();
        return Runs(open);
    }

    private static Slot[] Runs(ReadOnlySpan<bool> open)
    {
        var runs = new List<Slot>();
        for (var minute = 0; minute < open.Length;)
        {
            var closed = open[minute..].IndexOf(true);
            if (closed < 0)
                break;
            var start = minute + closed;
            var length = open[start..].IndexOf(false);
            minute = length < 0 ? open.Length : start + length;
            runs.Add(new Slot(start, minute));
        }
        return runs.ToArray();
    }
}
