namespace AgentStatus.Core.Hours;

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
