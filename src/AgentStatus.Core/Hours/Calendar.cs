namespace AgentStatus.Core.Hours;

/// <summary>The keys that a company and an agent's entry have in common, dates as days since 1970-01-01. Null is a key
/// that is absent; one that was given as null is not: it is <see cref="WeeklyHours.AlwaysOpen"/> or an empty
/// list.</summary>
internal sealed record Calendar(
    WeeklyHours? Weekly,
    SortedSet<int>? Holidays,
    SortedDictionary<int, Slot[]>? Exceptions,
    SortedDictionary<int, Slot[]>? Breaks)
{
    /// <summary>Every key has a value: open at all times.</summary>
    public static readonly Calendar AlwaysOpen = new(WeeklyHours.AlwaysOpen, [], [], []);

    public bool IsEmpty => Weekly is null && Holidays is null && Exceptions is null && Breaks is null;

    /// <summary>This calendar, with the other's values for the keys that this one lacks.</summary>
    public Calendar OrElse(Calendar other) => new(
        Weekly ?? other.Weekly,
        Holidays ?? other.Holidays,
        Exceptions ?? other.Exceptions,
        Breaks ?? other.Breaks);
}

/// <summary>The intervals that start on each weekday.</summary>
/// <param name="days">Seven lists, Monday first; an empty one is a closed day.</param>
internal sealed class WeeklyHours(IReadOnlyList<Slot[]> days)
{
    /// <summary>The keys of the week, Monday first.</summary>
    public static readonly string[] Names =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>What an absent or null <c>weekly</c> means: each date is open from 00:00 to 24:00.</summary>
    public static readonly WeeklyHours AlwaysOpen =
        new(Enumerable.Repeat<Slot[]>([Slot.FullDay], Names.Length).ToArray());

    /// <param name="weekday">0 for Monday to 6 for Sunday.</param>
    public Slot[] this[int weekday] => days[weekday];
}
