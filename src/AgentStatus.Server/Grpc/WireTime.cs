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
        instantMs = (timestamp.Seconds * 1_000) + (timestamp.Nanos / 1_000_000);
        return true;
    }

    public static Timestamp Timestamp(long instantMs)
    {
        var seconds = Math.DivRem(instantMs, 1_000, out var ms);
        return ms < 0
            ? new Timestamp { Seconds = seconds - 1, Nanos = (int)(ms + 1_000) * 1_000_000 }
            : new Timestamp { Seconds = seconds, Nanos = (int)ms * 1_000_000 };
    }

    /// <summary>An elapsed time, 0 or more.</summary>
    public static Duration Duration(long elapsedMs) =>
        new() { Seconds = elapsedMs / 1_000, Nanos = (int)(elapsedMs % 1_000) * 1_000_000 };
}
