using System.Globalization;

namespace AgentStatus.Core.Hours;

/// <summary>Dates without hours, as days since 1970-01-01: single ones, ranges, and those of every year. They may
/// overlap: what a range holds is no single date beside it, and ranges that overlap or touch are one.
/// Immutable.</summary>
internal sealed class Holidays
{
    private const string YearlyMark = "--";

    private readonly HashSet<int> _dates;
    private readonly (int First, int Last)[] _ranges;
    private readonly HashSet<int> _yearly;

    /// <param name="dates">First and last date of each, both inclusive; the same for a single one.</param>
    /// <param name="yearly">Each as <see cref="LocalDay.MonthAndDay"/> gives it; 229 comes in leap years only.</param>
    public Holidays(IReadOnlyCollection<(int First, int Last)> dates, IEnumerable<int> yearly)
    {
        _ranges = Union(dates.Where(date => date.First < date.Last));
        _dates = [.. dates.Where(date => date.First == date.Last && !IsInRange(date.First)).Select(date => date.First)];
        _yearly = [.. yearly];
    }

    public static Holidays None { get; } = new([], []);

    public bool IsEmpty => _dates.Count + _ranges.Length + _yearly.Count == 0;

    /// <summary>The single dates, in order.</summary>
    public IEnumerable<int> Dates => _dates.Order();

    /// <summary>The ranges, in order.</summary>
    public IEnumerable<(int First, int Last)> Ranges => _ranges;

    /// <summary>Those of every year as --MM-dd, in order.</summary>
    public IEnumerable<string> Yearly => _yearly.Order().Select(
        date => string.Create(CultureInfo.InvariantCulture, $"{YearlyMark}{date / 100:00}-{date % 100:00}"));

    /// <summary>Reads --MM-dd; --02-29 is one, and --02-30 is not.</summary>
    public static bool TryParseYearly(string text, out int monthAndDay)
    {
        const string leapYear = "2000-";
        monthAndDay = 0;
        if (!text.StartsWith(YearlyMark, StringComparison.Ordinal)
            || !LocalDay.TryParse(leapYear + text[YearlyMark.Length..], out var day))
            return false;
        monthAndDay = LocalDay.MonthAndDay(day);
        return true;
    }

    public bool Contains(int day) =>
        _dates.Contains(day)
        || (_ranges.Length > 0 && IsInRange(day))
        || (_yearly.Count > 0 && _yearly.Contains(LocalDay.MonthAndDay(day)));

    private bool IsInRange(int day)
    {
        var (low, high) = (0, _ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Last < day) low = middle + 1;
            else high = middle;
        }

        return low < _ranges.Length && _ranges[low].First <= day;
    }

    private static (int First, int Last)[] Union(IEnumerable<(int First, int Last)> ranges)
    {
        var union = new List<(int First, int Last)>();
        foreach (var range in ranges.Order())
        {
            if (union.Count > 0 && range.First <= union[^1].Last + 1)
                union[^1] = (union[^1].First, Math.Max(union[^1].Last, range.Last));
            else union.Add(range);
        }

        return [.. union];
    }
}
