using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>Writes business hours canonically: fixed order of keys, sorted lists, no empty company keys.</summary>
internal static class HoursWriter
{
    private const string NothingButUtc = """{"time_zone":"UTC"}""";

    /// <param name="zone">The company's zone.</param>
    /// <param name="company">A calendar in which every key has a value.</param>
    /// <param name="overrides">By agent, the keys that replace the company's.</param>
    public static string Write(DateTimeZone zone, Calendar company, SortedDictionary<long, Calendar> overrides)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time_zone", zone.Id);
            WriteCalendar(json, WithoutDefaults(company));
            WriteAgents(json, overrides.Where(entry => !entry.Value.IsEmpty).ToList());
            json.WriteEndObject();
        }
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return text == NothingButUtc ? "null" : text;
    }

    /// <summary>For a company an empty key says the same as none; for an agent it does not.</summary>
    private static Calendar WithoutDefaults(Calendar company) => new(
        ReferenceEquals(company.Weekly, WeeklyHours.AlwaysOpen) ? null : company.Weekly,
        company.Holidays is { Count: > 0 } holidays ? holidays : null,
        company.Exceptions is { Count: > 0 } exceptions ? exceptions : null,
        company.Breaks is { Count: > 0 } breaks ? breaks : null);

    private static void WriteAgents(Utf8JsonWriter json, List<KeyValuePair<long, Calendar>> agents)
    {
        if (agents.Count == 0)
            return;
        json.WriteStartObject("agents");
        foreach (var (agentId, calendar) in agents)
        {
            json.WriteStartObject(agentId.ToString(CultureInfo.InvariantCulture));
            WriteCalendar(json, calendar);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteCalendar(Utf8JsonWriter json, Calendar calendar)
    {
        if (calendar.Weekly is { } weekly)
            WriteWeekly(json, weekly);
        if (calendar.Holidays is { } holidays)
        {
            json.WriteStartArray("holidays");
            foreach (var day in holidays)
                json.WriteStringValue(LocalDay.Format(day));
            json.WriteEndArray();
        }
        WriteDated(json, "exceptions", calendar.Exceptions);
        WriteDated(json, "breaks", calendar.Breaks);
    }

    private static void WriteWeekly(Utf8JsonWriter json, WeeklyHours weekly)
    {
        if (ReferenceEquals(weekly, WeeklyHours.AlwaysOpen))
        {
            json.WriteNull("weekly");
            return;
        }
        json.WriteStartObject("weekly");
        for (var weekday = 0; weekday < WeeklyHours.Names.Length; weekday++)
        {
            if (weekly[weekday].Length > 0)
                WriteSlots(json, WeeklyHours.Names[weekday], weekly[weekday]);
        }
        json.WriteEndObject();
    }

    private static void WriteDated(Utf8JsonWriter json, string key, SortedDictionary<int, Slot[]>? dates)
    {
        if (dates is null)
            return;
        json.WriteStartArray(key);
        foreach (var (day, slots) in dates)
        {
            json.WriteStartObject();
            json.WriteString("date", LocalDay.Format(day));
            WriteSlots(json, "hours", slots);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteSlots(Utf8JsonWriter json, string key, Slot[] slots)
    {
        json.WriteStartArray(key);
        foreach (var slot in slots)
        {
            json.WriteStartArray();
            json.WriteStringValue(slot.StartText);
            json.WriteStringValue(slot.EndText);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
