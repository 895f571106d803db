using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client;

internal static class Timestamps
{
    /// <summary>Null stays empty: the server then takes its own now.</summary>
    public static Timestamp? ToTimestamp(this DateTimeOffset? instant) =>
        instant is { } value ? Timestamp.FromDateTimeOffset(value) : null;

    /// <summary>An answer that does not say through when it is complete promises nothing.</summary>
    public static DateTimeOffset OrEpoch(this Timestamp? timestamp) =>
        timestamp?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
}
