using System.Collections.Frozen;
using NodaTime;
using NodaTime.TimeZones;

namespace AgentStatus.Core.Hours;

/// <summary>The time zones of the IANA database (TZDB) that NodaTime carries, and Windows' names for them.</summary>
public static class IanaZones
{
    // The provider alone would also accept made-up ids such as "UTC+05:30", which TZDB does not have.
    private static readonly FrozenSet<string> Ids =
        DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> OfWindows =
        TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The zone with this IANA id, aliases included, or the one that CLDR maps this Windows name to, such as
    /// "Central Europe Standard Time". Names are case-sensitive. Null where it is neither.</summary>
    public static DateTimeZone? Find(string name)
    {
        var id = Ids.Contains(name) ? name : OfWindows.GetValueOrDefault(name);
        return id is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
    }
}
