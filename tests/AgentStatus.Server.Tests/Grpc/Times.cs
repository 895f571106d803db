using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>Timestamps: to and from milliseconds, and those that cannot be.</summary>
internal static class Times
{
    /// <summary>0001-01-01T00:00:00Z, the first second that Timestamp knows.</summary>
    public const long FirstSecond = -62_135_596_800;

    /// <summary>9999-12-31T23:59:59Z, the last one.</summary>
    public const long LastSecond = 253_402_300_799;

    public static Timestamp[] Impossible =>
    [
        new() { Seconds = FirstSecond - 1 },
        new() { Seconds = LastSecond + 1 },
        new() { Seconds = long.MinValue },
        new() { Seconds = long.MaxValue },
        new() { Nanos = -1 },
        new() { Nanos = 1_000_000_000 },
        new() { Seconds = long.MaxValue, Nanos = int.MinValue },
        new() { Seconds = 1, Nanos = int.MaxValue },
    ];

    public static Timestamp At(long instantMs) => At(DateTimeOffset.FromUnixTimeMilliseconds(instantMs));

    public static Timestamp At(DateTimeOffset instant) => Timestamp.FromDateTimeOffset(instant);

    public static long Ms(Timestamp instant) => instant.ToDateTimeOffset().ToUnixTimeMilliseconds();
}
