using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>Writes business hours canonically: fixed order of keys, sorted lists, no empty company keys.</summary>
internal static class HoursWriter
{
    /// <param name="zone">The company's zone.</param>
    /// <param name="company">A calendar in which every key has a value.</param>
    /// <param name="overrides">By agent, the keys that replace the company's.</param>
    public static string Write(DateTimeZone zone, Calendar company, SortedDictionary<long, Calendar> overrides)
    {
        var json = Add(new JsonObject { ["time_zone"] = zone.Id }, WithoutDefaults(company));
        var agents = new JsonObject();
        foreach (var (agentId, calendar) in overrides)
            agents.Add(agentId.ToString(CultureInfo.InvariantCulture), Add([], calendar));
        if (agents.Count > 0) json.Add("agents", agents);
        return json.Count == 1 && zone.Id == "UTC" ? "null" : json.ToJsonString();
    }

    /// <summary>For a company an empty key says the same as none; for an agent it does not.</summary>
    private static Calendar WithoutDefaults(Calendar company) => new(
        company.Weekly == Calendar.EveryDay ? null : company.Weekly,
        company.Holidays is { Count: > 0 } holidays ? holidays : null,
        company.Exceptions is { Count: > 0 } exceptions ? exceptions : null,
        company.Breaks is { Count: > 0 } breaks ? breaks : null);

    private static JsonObject Add(JsonObject json, Calendar calendar)
    {
        if (calendar.Weekly is { } weekly) json.Add("weekly", weekly == Calendar.EveryDay ? null : Week(weekly));
        if (calendar.Holidays is { } holidays)
            json.Add("holidays", List(holidays.Order(), day => LocalDay.Format(day)));
        if (calendar.Exceptions is { } exceptions) json.Add("exceptions", Dated(exceptions));
        if (calendar.Breaks is { } breaks) json.Add("breaks", Dated(breaks));
        return json;
    }

    private static JsonObject Week(Slot[][] weekly) => new(
        from day in weekly.Zip(Calendar.Weekdays)
        where day.First.Length > 0
        select KeyValuePair.Create<string, JsonNode?>(day.Second, Slots(day.First)));

    private static JsonArray Dated(Dictionary<int, Slot[]> dates) => List(
        dates.OrderBy(date => date.Key),
        date => new JsonObject { ["date"] = LocalDay.Format(date.Key), ["hours"] = Slots(date.Value) });

    private static JsonArray Slots(Slot[] slots) => List(slots, slot => new JsonArray(slot.StartText, slot.EndText));

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode> write) => new([.. items.Select(write)]);
}
