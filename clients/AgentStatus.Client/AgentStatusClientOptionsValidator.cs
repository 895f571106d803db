using Microsoft.Extensions.Options;

namespace AgentStatus.Client;

/// <summary>Checks the ranges that stand at each option, all at once.</summary>
internal sealed class AgentStatusClientOptionsValidator : IValidateOptions<AgentStatusClientOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, AgentStatusClientOptions options) =>
        Faults(options).ToList() is { Count: > 0 } faults
            ? ValidateOptionsResult.Fail(faults)
            : ValidateOptionsResult.Success;

    private static IEnumerable<string> Faults(AgentStatusClientOptions o) => new[]
    {
        Endpoint(o.Endpoint),
        Partitions(o),
        Credentials(o),
        ClientTls.Fault(o),
        Range(nameof(o.ClassifyDeadline), o.ClassifyDeadline, Shortest, Longest),
        Range(nameof(o.RecordDeadline), o.RecordDeadline, Shortest, Longest),
        Range(nameof(o.BreakdownDeadline), o.BreakdownDeadline, Shortest, Longest),
        Range(nameof(o.MaxAttempts), o.MaxAttempts, 1, 10),
        Range(nameof(o.InitialBackoff), o.InitialBackoff, Shortest, LongestBackoff),
        Range(nameof(o.MaxBackoff), o.MaxBackoff, o.InitialBackoff, LongestBackoff),
        Range(nameof(o.MaxOutstanding), o.MaxOutstanding, 1, 100_000),
        Range(nameof(o.WatchSilence), o.WatchSilence, ShortestSilence, Longest),
        Range(nameof(o.KeepAlivePingDelay), o.KeepAlivePingDelay, ShortestPing, Longest),
        Range(nameof(o.KeepAlivePingTimeout), o.KeepAlivePingTimeout, ShortestPing, Longest),
    }.OfType<string>();

    private static string? Endpoint(Uri? value) =>
        ServerSocket.IsAddress(value)
            ? null
            : "Endpoint must be an http or https address without a path, or unix:/path/to/file, but is "
                + $"{value?.ToString() ?? "empty"}.";

    private static string? Partitions(AgentStatusClientOptions o)
    {
        if (o.ProxiedPartitions is not 0 and (< 2 or > PartitionHash.MostParts))
            return $"ProxiedPartitions must be 0, or 2 to {PartitionHash.MostParts}, but is {o.ProxiedPartitions}.";
        if (o.ProxiedPartitions != 0 && o.Partitions.Count > 0) return "Partitions and ProxiedPartitions are both set.";
        if (o.Partitions.Count > PartitionHash.MostParts)
            return $"Partitions has {o.Partitions.Count} parts; {PartitionHash.MostParts} are the most.";
        for (var i = 0; i < o.Partitions.Count; i++)
            if (o.Partitions[i] is not { Count: > 0 } addresses || !addresses.All(ServerSocket.IsAddress)
                || (addresses.Count > 1 && !addresses.All(one => IsPortOf(one, addresses[0].Scheme))))
                return $"Partitions[{i}] must be addresses without a path, of http or of https; or one as Endpoint is.";
        return null;
    }

    private static bool IsPortOf(Uri address, string scheme) =>
        address.Scheme == scheme && (scheme == Uri.UriSchemeHttp || scheme == Uri.UriSchemeHttps);

    private static string? Credentials(AgentStatusClientOptions o)
    {
        if (o.ApiKey is not null && o.TokenProvider is not null) return "ApiKey and TokenProvider are both set.";
        return o.ApiKey is null || (o.ApiKey.Length > 0 && o.ApiKey.All(c => c is > ' ' and <= '~'))
            ? null
            : "ApiKey must be printable ASCII without blanks.";
    }

    private static string? Range<T>(string option, T value, T min, T max) where T : IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? null
            : $"{option} must be {min} to {max}, but is {value}.";
}
