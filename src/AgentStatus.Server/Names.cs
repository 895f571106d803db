namespace AgentStatus.Server;

/// <summary>Names of values in metrics, and of callers in logs.</summary>
internal static class Names
{
    /// <summary>As in busy_missed.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => string.Concat(
        $"{value}".Select((c, i) => $"{(i > 0 && char.IsUpper(c) ? "_" : "")}{char.ToLowerInvariant(c)}"));

    /// <summary>Where a request comes from: an IP address, or a socket file, which tells nothing of its clients.</summary>
    public static string OfPeer(HttpContext request) => request.Connection.RemoteIpAddress?.ToString() ?? "unix";
}
