using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>Writes business hours canonically: fixed order of keys, sorted lists, no empty company keys.</summary>
internal static class HoursWriter
{
    /// <param name="company">A calendar in which every key has a value.</param>
    /// <param name="overrides">By agent, the keys that replace the company's.</param>
    /// <param name="faults">By agent, why its entry is not understood.</param>
    public static string Write(
        Calendar company, SortedDictionary<long, Calendar> overrides, SortedDictionary<long, HoursFault> faults)
    {
        var json = Add([], WithoutDefaults(company));
        var agents = new JsonObject();
        var entries = overrides.Select(agent => (Id: agent.Key, Entry: Add([], agent.Value)))
            .Concat(faults.Select(agent => (Id: agent.Key, Entry: Fault(agent.Value))));
        foreach (var (agentId, entry) in entries.OrderBy(agent => agent.Id))
            agents.Add(agentId.ToString(CultureInfo.InvariantCulture), entry);
        if (agents.Count > 0) json.Add("agents", agents);
        return json.Count == 1 && company.Zone == DateTimeZone.Utc ? "null" : json.ToJsonString();
    }

    /// <summary>For a company an empty key says the same as none; for an agent it does not.</summary>
    private static Calendar WithoutDefaults(Calendar company) => new(
        company.Zone,
        company.Weekly == Calendar.EveryDay ? null : company.Weekly,
        company.Holidays is { IsEmpty: false } holidays ? holidays : null,
        company.Exceptions is { Count: > 0 } exceptions ? exceptions : null,
        company.Breaks is { Count: > 0 } breaks ? breaks : null);

    private static JsonObject Add(JsonObject json, Calendar calendar)
    {
        if (calendar.Zone is { } zone) json.Add("time_zone", zone.Id);
        if (calendar.Weekly is { } weekly) json.Add("weekly", weekly == Calendar.EveryDay ? null : Week(weekly));
        if (calendar.Holidays is { } holidays) json.Add("holidays", Dates(holidays));
        if (calendar.Exceptions is { } exceptions) json.Add("exceptions", Dated(exceptions));
        if (calendar.Breaks is { } breaks) json.Add("breaks", Dated(breaks));
        return json;
    }

    private static JsonObject Week(Slot[][] weekly) => new(
        from day in weekly.Zip(Calendar.Weekdays)
        where day.First.Length > 0
        select KeyValuePair.Create<string, JsonNode?>(day.Second, Slots(day.First)));

    private static JsonArray Dates(Holidays holidays) => List<JsonNode>(
        [
            .. holidays.Dates.Select(day => JsonValue.Create(LocalDay.Format(day))),
            .. holidays.Ranges.Select(range => new JsonObject
            {
                ["from"] = LocalDay.Format(range.First),
                ["to"] = LocalDay.Format(range.Last),
            }),
            .. holidays.Yearly.Select(date => JsonValue.Create(date)),
        ],
        node => node);

    /// <summary>In the place of an entry: what is not understood is not kept, and the reason is.</summary>
    private static JsonObject Fault(HoursFault fault) => new()
    {
        [HoursReader.FaultKey] = new JsonObject { ["field"] = fault.Field, ["message"] = fault.Message },
    };

    private static JsonArray Dated(Dictionary<int, Slot[]> dates) => List(
        dates.OrderBy(date => date.Key),
        date => new JsonObject { ["date"] = LocalDay.Format(date.Key), ["hours"] = Slots(date.Value) });

    private static JsonArray Slots(Slot[] slots) => List(slots, slot => new JsonArray(slot.StartText, slot.EndText));

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode> write) => new([.. items.Select(write)]);
}
