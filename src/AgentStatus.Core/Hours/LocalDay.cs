using System.Globalization;

namespace AgentStatus.Core.Hours;

/// <summary>Local dates as whole days since 1970-01-01. Plain numbers, because the local date of the first and the last
/// instants may lie just outside the years 1 to 9999 that the date types can hold.</summary>
internal static class LocalDay
{
    public const int SecondsPerDay = 86_400;
    public const long MsPerSecond = 1_000;
    public const long MsPerDay = SecondsPerDay * MsPerSecond;

    private const string Form = "yyyy-MM-dd";
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>The date of a local time in milliseconds since 1970-01-01T00:00 local.</summary>
    public static int Of(long localMs) =>
        (int)(localMs >= 0 ? localMs / MsPerDay : (localMs + 1) / MsPerDay - 1);

    /// <summary>0 for Monday to 6 for Sunday.</summary>
    public static int Weekday(int day)
    {
        const int weekdayOfEpoch = 3;
        return (((day + weekdayOfEpoch) % 7) + 7) % 7;
    }

    /// <summary>Month and day of the month of a date, as month * 100 + day.</summary>
    public static int MonthAndDay(int day)
    {
        // Just outside the years 1 to 9999 the calendar is that of 400 years later or earlier.
        const int daysOf400Years = 146_097;
        var number = day + Epoch;
        if (number < 0) number += daysOf400Years;
        else if (number > DateOnly.MaxValue.DayNumber) number -= daysOf400Years;
        var date = DateOnly.FromDayNumber(number);
        return (date.Month * 100) + date.Day;
    }

    public static bool TryParse(string text, out int day)
    {
        var valid = DateOnly.TryParseExact(
            text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && text.Length == Form.Length;
        day = valid ? date.DayNumber - Epoch : 0;
        return valid;
    }

    public static string Format(int day) =>
        DateOnly.FromDayNumber(day + Epoch).ToString(Form, CultureInfo.InvariantCulture);
}
