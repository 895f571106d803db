namespace AgentStatus.Benchmarks.Samples;

/// <summary>What agents do: calls, breaks, an app that is closed and opened again.</summary>
internal static class AgentDay
{
    private static readonly (Status Status, Origin Origin)[] Steps =
    [
        (Status.Online, Origin.Agent), (Status.OnCall, Origin.Call), (Status.WrapUp, Origin.Call),
        (Status.Online, Origin.Call), (Status.Idle, Origin.App), (Status.OnCall, Origin.Call),
        (Status.Online, Origin.Call), (Status.Online, Origin.App), (Status.Busy, Origin.Agent),
        (Status.OnCall, Origin.Call), (Status.WrapUp, Origin.Call), (Status.Online, Origin.Call),
        (Status.Offline, Origin.Agent), (Status.Offline, Origin.App), (Status.Online, Origin.App),
        (Status.Away, Origin.Supervisor),
    ];

    /// <summary>So many events, evenly spread over a window but for chance, one a millisecond at most.</summary>
    public static IEnumerable<(long OccurredAtMs, Status Status, Origin Origin)> Of(
        Random random, int events, long fromMs, long toMs)
    {
        var step = random.Next(Steps.Length);
        var gapMs = (toMs - fromMs) / events;
        for (var i = 0; i < events; i++)
        {
            var (status, origin) = Steps[(step + i) % Steps.Length];
            yield return (fromMs + (i * gapMs) + random.NextInt64(gapMs), status, origin);
        }
    }
}
