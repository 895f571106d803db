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
        minute = 0;
        if (text.Length != 5 || text[2] != ':')
            return false;
        if (!int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes))
            return false;
        minute = hours * 60 + minutes;
        return minutes < 60 && minute <= LocalDay.MinutesPerDay;
    }

    private static string Format(int minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
