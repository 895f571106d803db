using System.Globalization;

namespace AgentStatus.Core.Hours;

/// <summary>A local interval [start, end) in minutes after the midnight that begins its date. Start is below 1,440; an
/// end above 1,440 lies on the next date.</summary>
internal readonly record struct Slot(int Start, int End) : IComparable<Slot>
{
    public static readonly Slot FullDay = new(0, LocalDay.MinutesPerDay);

    public int CompareTo(Slot other) => (Start, End).CompareTo((other.Start, other.End));

    public string StartText => Format(Start);

    public string EndText => Format(End > LocalDay.MinutesPerDay ? End - LocalDay.MinutesPerDay : End);

    /// <summary>Reads "HH:mm" from 00:00 to 24:00 as minutes after midnight.</summary>
    public static bool TryParseTime(string text, out int minute)
    {
        const string form = "HH:mm";
        minute = LocalDay.MinutesPerDay;
        if (text == "24:00") return true;

        // What is parsed may end in zero bytes, which the length tells.
        var isTime = TimeOnly.TryParseExact(
            text, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && text.Length == form.Length;
        minute = (time.Hour * 60) + time.Minute;
        return isTime;
    }

    private static string Format(int minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
