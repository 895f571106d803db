using System.Globalization;

namespace AgentStatus.Core.Hours;

/// <summary>A local interval [start, end) in seconds after the midnight that begins its date. Start is below 86,400;
/// an end above 86,400 lies on the next date.</summary>
internal readonly record struct Slot(int Start, int End) : IComparable<Slot>
{
    private static readonly string[] Forms = ["HH:mm", "HH:mm:ss"];

    public static readonly Slot FullDay = new(0, LocalDay.SecondsPerDay);

    public int CompareTo(Slot other) => (Start, End).CompareTo((other.Start, other.End));

    public string StartText => Format(Start);

    public string EndText => Format(End > LocalDay.SecondsPerDay ? End - LocalDay.SecondsPerDay : End);

    /// <summary>Reads "HH:mm" or "HH:mm:ss", from 00:00 to 24:00, as seconds after midnight.</summary>
    public static bool TryParseTime(string text, out int second)
    {
        second = LocalDay.SecondsPerDay;
        if (text is "24:00" or "24:00:00") return true;

        // What is parsed may end in zero bytes, which the length tells.
        var isTime = TimeOnly.TryParseExact(
            text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && Array.Exists(Forms, form => form.Length == text.Length);
        second = (((time.Hour * 60) + time.Minute) * 60) + time.Second;
        return isTime;
    }

    /// <summary>Without seconds where there are none: as it was before there could be any, so that content from then
    /// stays the same.</summary>
    private static string Format(int second)
    {
        var (minute, rest) = Math.DivRem(second, 60);
        var text = string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
        return rest == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}:{rest:00}");
    }
}
