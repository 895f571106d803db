using System.Collections.Frozen;
using NodaTime;

namespace AgentStatus.Core.Hours;

/// <summary>The time zones of the IANA database (TZDB) that NodaTime carries.</summary>
public static class IanaZones
{
    // The provider alone would also accept made-up ids such as "UTC+05:30", which TZDB does not have.
    private static readonly FrozenSet<string> Ids =
        DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The zone with this id, aliases included; ids are case-sensitive. Null where TZDB has none.</summary>
    public static DateTimeZone? Find(string id) =>
        Ids.Contains(id) ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) : null;
}
