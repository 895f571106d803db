using System.Globalization;
using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>Reads business hours. Null is as good as absent, except in an agent's entry, where a key given as null
/// replaces the company's. Each Read leaves a fault behind for whatever it could not take.</summary>
internal static class HoursReader
{
    public static readonly string IdForm = $"is not an id: a whole number from 1 to {long.MaxValue}, digits only";

    private static readonly string[] CalendarKeys = ["weekly", "holidays", "exceptions", "breaks"];

    /// <summary>The hours; meaningless if a fault was added.</summary>
    public static BusinessHours Read(JsonField root)
    {
        if (root.IsNull) return BusinessHours.AlwaysOpen;
        var keys = root.Members(["time_zone", .. CalendarKeys, "agents"]);
        var zone = ReadZone(keys.GetValueOrDefault("time_zone"));
        var company = ReadCalendar(keys).OrElse(Calendar.AlwaysOpen);
        return new BusinessHours(zone, company, ReadAgents(keys.GetValueOrDefault("agents")));
    }

    /// <summary>Company and agent ids as keys: int64 above 0, in the one way to write them.</summary>
    public static bool TryParseId(string name, out long id) =>
        long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0 && name[0] != '0';

    private static DateTimeZone ReadZone(JsonField? field)
    {
        if (field is null or { IsNull: true } || field.Text("the id of a time zone") is not { } id)
            return DateTimeZone.Utc;
        if (IanaZones.Find(id) is { } zone) return zone;
        field.Refuse($"{JsonField.Quote(id)} is not a time zone of the IANA database (ids are case-sensitive)");
        return DateTimeZone.Utc;
    }

    private static SortedDictionary<long, Calendar> ReadAgents(JsonField? field)
    {
        var agents = new Dictionary<long, Calendar>();
        var members = field is null or { IsNull: true } ? [] : field.AllMembers();
        if (members.Count > HoursLimits.MaxAgentsPerCompany)
        {
            field!.Refuse($"has {members.Count} agents; "
                + $"{nameof(HoursLimits.MaxAgentsPerCompany)} is {HoursLimits.MaxAgentsPerCompany}");
            return [];
        }

        foreach (var (name, agent) in members)
        {
            if (!TryParseId(name, out var id)) agent.Refuse(IdForm);
            else if (!agents.TryAdd(id, ReadCalendar(agent.IsNull ? [] : agent.Members(CalendarKeys))))
                agent.Refuse("is given twice");
        }

        return new(agents.Where(agent => !agent.Value.IsEmpty).ToDictionary());
    }

    private static Calendar ReadCalendar(Dictionary<string, JsonField> keys) => new(
        keys.TryGetValue("weekly", out var weekly) ? ReadWeekly(weekly) : null,
        keys.TryGetValue("holidays", out var holidays) ? ReadHolidays(holidays) : null,
        keys.TryGetValue("exceptions", out var exceptions) ? ReadDated(exceptions, areBreaks: false) : null,
        keys.TryGetValue("breaks", out var breaks) ? ReadDated(breaks, areBreaks: true) : null);

    private static Slot[][] ReadWeekly(JsonField field)
    {
        if (field.IsNull) return Calendar.EveryDay;
        var days = field.Members(Calendar.Weekdays);
        return [.. Calendar.Weekdays.Select(name =>
            days.TryGetValue(name, out var day) && !day.IsNull ? ReadSlots(day, areBreaks: false) : [])];
    }

    private static HashSet<int> ReadHolidays(JsonField field)
    {
        var holidays = new HashSet<int>();
        foreach (var item in ItemsByDate(field))
            if (ReadDate(item) is { } day && !holidays.Add(day)) item.Refuse($"{LocalDay.Format(day)} is given twice");
        return holidays;
    }

    private static Dictionary<int, Slot[]> ReadDated(JsonField field, bool areBreaks)
    {
        var dates = new Dictionary<int, Slot[]>();
        foreach (var item in ItemsByDate(field))
        {
            var members = item.Members("date", "hours");
            var slots = members.TryGetValue("hours", out var hours) ? ReadSlots(hours, areBreaks) : [];
            if (item.IsObject && members.Count < 2) item.Refuse("must have both date and hours");
            if (members.TryGetValue("date", out var date) && ReadDate(date) is { } day && !dates.TryAdd(day, slots))
                date.Refuse($"{LocalDay.Format(day)} is given twice");
        }

        return dates;
    }

    private static IReadOnlyList<JsonField> ItemsByDate(JsonField field) =>
        field.IsNull ? [] : field.Items(HoursLimits.MaxDatesPerList, nameof(HoursLimits.MaxDatesPerList));

    private static int? ReadDate(JsonField field)
    {
        const string form = "a date of the form yyyy-MM-dd";
        if (field.Text(form) is not { } text) return null;
        if (LocalDay.TryParse(text, out var day)) return day;
        field.Refuse($"{JsonField.Quote(text)} is not {form}");
        return null;
    }

    private static Slot[] ReadSlots(JsonField field, bool areBreaks)
    {
        var items = field.Items(HoursLimits.MaxIntervalsPerDay, nameof(HoursLimits.MaxIntervalsPerDay));
        return [.. items.Select(item => ReadSlot(item, areBreaks)).OfType<Slot>().Distinct().Order()];
    }

    /// <summary>An end at or before the start lies on the next date, where a break may not end.</summary>
    private static Slot? ReadSlot(JsonField field, bool isBreak)
    {
        if (field.Pair("[\"HH:mm\", \"HH:mm\"], start and end") is not var (startText, endText)) return null;
        var startIsTime = Slot.TryParseTime(startText, out var start) && start < LocalDay.MinutesPerDay;
        if (!startIsTime)
            field.Refuse($"start {JsonField.Quote(startText)} is not a time of the form HH:mm from 00:00 to 23:59");
        var endIsTime = Slot.TryParseTime(endText, out var end);
        if (!endIsTime)
            field.Refuse($"end {JsonField.Quote(endText)} is not a time of the form HH:mm from 00:00 to 24:00");
        if (!startIsTime || !endIsTime) return null;
        if (end > start) return new Slot(start, end);
        if (!isBreak) return new Slot(start, end + LocalDay.MinutesPerDay);
        field.Refuse("a break must end after it starts, on the same date");
        return null;
    }
}
