using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Grpc;

/// <summary>Milliseconds since the Unix epoch to protobuf's times and back.</summary>
internal static class WireTime
{
    private const long LastSecond = Limits.LastInstantMs / 1_000;
    private const long FirstSecond = Limits.FirstInstantMs / 1_000;

    /// <summary>Truncates to the millisecond; false if the timestamp is outside what Timestamp may say.</summary>
    public static bool TryToMs(Timestamp timestamp, out long instantMs)
    {
        instantMs = 0;
        if (timestamp.Seconds is < FirstSecond or > LastSecond || timestamp.Nanos is < 0 or > 999_999_999) return false;
        instantMs = Ms(timestamp);
        return true;
    }

    /// <summary>Of a timestamp that was made here, or is checked.</summary>
    public static long Ms(Timestamp timestamp) => (timestamp.Seconds * 1_000) + (timestamp.Nanos / 1_000_000);

    public static Timestamp Timestamp(long instantMs) =>
        Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(instantMs));

    /// <summary>An elapsed time, 0 or more.</summary>
    public static Duration Duration(long elapsedMs) =>
        Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(elapsedMs));
}
