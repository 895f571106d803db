using System.Globalization;
using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>Reads business hours. Null is as good as absent, except in an agent's entry, where a key given as null
/// replaces the company's. Each Read leaves a fault behind for whatever it could not take.</summary>
internal static class HoursReader
{
    public static readonly string IdForm = $"is not an id: a whole number from 1 to {long.MaxValue}, digits only";

    private const string DateForm = "a date of the form yyyy-MM-dd";

    /// <summary>What a stored version has in the place of an agent's entry that is not understood.</summary>
    public const string FaultKey = "fault";

    private static readonly string[] CalendarKeys = ["time_zone", "weekly", "holidays", "exceptions", "breaks"];

    /// <summary>The company's calendar, its agents' keys, and the faults of agents' entries; meaningless if a fault was
    /// added to the root's list.</summary>
    public static (Calendar Company, SortedDictionary<long, Calendar> Agents, SortedDictionary<long, HoursFault> Faults)
        Read(JsonField root)
    {
        var keys = root.Members([.. CalendarKeys, "agents"]);
        var company = ReadCalendar(keys).OrElse(Calendar.AlwaysOpen);
        var (agents, faults) = ReadAgents(keys.GetValueOrDefault("agents"));
        return (company, agents, faults);
    }

    /// <summary>Company and agent ids as keys: int64 above 0, in the one way to write them.</summary>
    public static bool TryParseId(string name, out long id) =>
        long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0 && name[0] != '0';

    private static DateTimeZone ReadZone(JsonField field)
    {
        if (field.IsNull || field.Text("the name of a time zone") is not { } name) return DateTimeZone.Utc;
        if (IanaZones.Find(name) is { } zone) return zone;
        field.Refuse($"{JsonField.Quote(name)} is not a time zone of the IANA database, nor one of Windows' "
            + "(names are case-sensitive)");
        return DateTimeZone.Utc;
    }

    private static (SortedDictionary<long, Calendar> Agents, SortedDictionary<long, HoursFault> Faults) ReadAgents(
        JsonField? field)
    {
        var members = field is null or { IsNull: true } ? [] : field.AllMembers();
        if (members.Count > HoursLimits.MaxAgentsPerCompany)
        {
            field!.Refuse($"has {members.Count} agents; "
                + $"{nameof(HoursLimits.MaxAgentsPerCompany)} is {HoursLimits.MaxAgentsPerCompany}");
            return ([], []);
        }

        var entries = new Dictionary<long, (Calendar Calendar, FaultList Faults)>();
        foreach (var (name, agent) in members)
        {
            var (own, faults) = agent.AsPart();
            if (!TryParseId(name, out var id)) agent.Refuse(IdForm);
            else if (!entries.TryAdd(id, (ReadAgent(own), faults)))
                entries[id].Faults.Add(agent.Path, "is given twice");
        }

        var refused = entries.Where(agent => agent.Value.Faults.Own.Count > 0)
            .ToDictionary(agent => agent.Key, agent => Kept(agent.Value.Faults.Own));
        if (refused.Count > HoursLimits.MaxFaultyAgents)
        {
            field!.Refuse($"has {refused.Count} entries with faults; "
                + $"{nameof(HoursLimits.MaxFaultyAgents)} is {HoursLimits.MaxFaultyAgents}");
        }

        var good = entries.Where(agent => agent.Value is { Calendar.IsEmpty: false, Faults.Own.Count: 0 })
            .ToDictionary(agent => agent.Key, agent => agent.Value.Calendar);
        return (new(good), new(refused));
    }

    private static Calendar ReadAgent(JsonField agent)
    {
        if (agent.IsObject && agent.AllMembers() is [(FaultKey, var fault)])
        {
            ReadKept(fault);
            return ReadCalendar([]);
        }

        return ReadCalendar(agent.IsNull ? [] : agent.Members(CalendarKeys));
    }

    /// <summary>The first fault, which says how many more there are, at a length that a version can keep.</summary>
    private static HoursFault Kept(IReadOnlyList<HoursFault> faults)
    {
        var more = faults.Count == 1 ? "" : $" (and {faults.Count - 1} more)";
        return faults[0] with { Field = Cut(faults[0].Field), Message = Cut(faults[0].Message + more) };

        static string Cut(string text) => text.Length <= HoursLimits.MaxKeptFaultChars
            ? text
            : $"{text[..(HoursLimits.MaxKeptFaultChars - 3)]}...";
    }

    /// <summary>Adds the fault again that a version has kept.</summary>
    private static void ReadKept(JsonField fault)
    {
        var members = fault.Members("field", "message");
        if (members.TryGetValue("field", out var path) && path.Text("a text") is { } at
            && members.TryGetValue("message", out var reason) && reason.Text("a text") is { } message)
            fault.RefuseAt(at, message);
        else fault.Refuse("must have both field and message");
    }

    private static Calendar ReadCalendar(Dictionary<string, JsonField> keys) => new(
        keys.TryGetValue("time_zone", out var zone) ? ReadZone(zone) : null,
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

    private static Holidays ReadHolidays(JsonField field)
    {
        var dates = new List<(int First, int Last)>();
        var yearly = new List<int>();
        foreach (var item in ItemsByDate(field))
        {
            const string range = "a range {\"from\", \"to\"}";
            if (item.IsObject)
            {
                dates.AddRange(ReadRange(item));
                continue;
            }

            if (item.Text($"{DateForm}, --MM-dd for every year, or {range}") is not { } text) continue;
            if (LocalDay.TryParse(text, out var day)) dates.Add((day, day));
            else if (Holidays.TryParseYearly(text, out var monthAndDay)) yearly.Add(monthAndDay);
            else item.Refuse($"{JsonField.Quote(text)} is not {DateForm}, nor --MM-dd for every year");
        }

        return new(dates, yearly);
    }

    private static IEnumerable<(int First, int Last)> ReadRange(JsonField field)
    {
        var members = field.Members("from", "to");
        if (members.Count < 2) field.Refuse("must have both from and to");
        var first = members.TryGetValue("from", out var from) ? ReadDate(from) : null;
        var last = members.TryGetValue("to", out var to) ? ReadDate(to) : null;
        if (first is null || last is null) return [];
        if (first <= last) return [(first.Value, last.Value)];
        to!.Refuse("must not be before from");
        return [];
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
        if (field.Text(DateForm) is not { } text) return null;
        if (LocalDay.TryParse(text, out var day)) return day;
        field.Refuse($"{JsonField.Quote(text)} is not {DateForm}");
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
        const string form = "[\"HH:mm\", \"HH:mm\"], start and end, or with seconds";
        if (field.Pair(form) is not var (startText, endText)) return null;
        var startIsTime = Slot.TryParseTime(startText, out var start) && start < LocalDay.SecondsPerDay;
        if (!startIsTime)
            field.Refuse($"start {JsonField.Quote(startText)} is not a time before 24:00, as HH:mm or HH:mm:ss");
        var endIsTime = Slot.TryParseTime(endText, out var end);
        if (!endIsTime)
            field.Refuse($"end {JsonField.Quote(endText)} is not a time up to 24:00, as HH:mm or HH:mm:ss");
        if (!startIsTime || !endIsTime) return null;
        if (endText is "23:59" or "23:59:00" or "23:59:59") field.NoteEndBeforeMidnight();
        if (end > start) return new Slot(start, end);
        if (!isBreak) return new Slot(start, end + LocalDay.SecondsPerDay);
        field.Refuse("a break must end after it starts, on the same date");
        return null;
    }
}
