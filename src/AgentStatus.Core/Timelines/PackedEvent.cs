namespace AgentStatus.Core.Timelines;

/// <summary>An event in 8 bytes: 51 bits of signed milliseconds since the Unix epoch (years 0001 to 9999 need 49), 8
/// bits of <see cref="LayerState"/> after it, 3 of its status and 2 of its origin. Words of different instants compare
/// as the instants.</summary>
internal static class PackedEvent
{
    private const int TimeShift = 13;
    private const int StateShift = 5;
    private const int StatusShift = 2;

    public static long Pack(long occurredAtMs, LayerState after, Status status, Origin origin) =>
        (occurredAtMs << TimeShift)
        | ((long)after.Code << StateShift)
        | ((long)status << StatusShift)
        | (uint)((int)origin - 1);

    public static long OccurredAtMs(long word) => word >> TimeShift;

    public static LayerState After(long word) => new((byte)(word >> StateShift));

    public static Status Status(long word) => (Status)((word >> StatusShift) & 7);

    public static Origin Origin(long word) => (Origin)((word & 3) + 1);

    /// <summary>The smallest word that any event of this instant can have.</summary>
    public static long Floor(long instantMs) => instantMs << TimeShift;
}
