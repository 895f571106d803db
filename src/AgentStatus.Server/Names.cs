namespace AgentStatus.Server;

/// <summary>Names of values in metrics: busy_missed.</summary>
internal static class Names
{
    public static string Of<T>(T value)
        where T : struct, Enum => string.Concat(
        $"{value}".Select((c, i) => $"{(i > 0 && char.IsUpper(c) ? "_" : "")}{char.ToLowerInvariant(c)}"));
}
