namespace AgentStatus.Server;

/// <summary>The machine's clock in the unit of the domain.</summary>
internal static class Clock
{
    /// <summary>Now, in milliseconds since the Unix epoch.</summary>
    public static long NowMs(this TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
