using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>The keys that a company and an agent's entry have in common, dates as days since 1970-01-01. Null is a key
/// that is absent; one that was given as null is not: it is UTC, <see cref="EveryDay"/> or an empty
/// collection.</summary>
/// <param name="Zone">In which all local dates and times are meant.</param>
/// <param name="Weekly">The intervals that start on each weekday, Monday first; none on a closed day.</param>
internal sealed record Calendar(
    DateTimeZone? Zone,
    Slot[][]? Weekly,
    Holidays? Holidays,
    Dictionary<int, Slot[]>? Exceptions,
    Dictionary<int, Slot[]>? Breaks)
{
    /// <summary>The keys of the week, Monday first.</summary>
    public static readonly string[] Weekdays =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>What an absent or null <c>weekly</c> means: each date is open from 00:00 to 24:00.</summary>
    public static readonly Slot[][] EveryDay = [.. Weekdays.Select(_ => new[] { Slot.FullDay })];

    /// <summary>Every key has a value: open at all times.</summary>
    public static readonly Calendar AlwaysOpen = new(DateTimeZone.Utc, EveryDay, Hours.Holidays.None, [], []);

    public bool IsEmpty => this is { Zone: null, Weekly: null, Holidays: null, Exceptions: null, Breaks: null };

    /// <summary>This calendar, with the other's values for the keys that this one lacks.</summary>
    public Calendar OrElse(Calendar other) => new(
        Zone ?? other.Zone,
        Weekly ?? other.Weekly,
        Holidays ?? other.Holidays,
        Exceptions ?? other.Exceptions,
        Breaks ?? other.Breaks);
}
