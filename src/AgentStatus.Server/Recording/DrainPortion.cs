using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Recording;

/// <summary>How many events leave the spool in one portion: writes wait meanwhile, and a store that is back is slow at
/// first. Half as many after a portion that took too long, twice as many after another. One thread.</summary>
internal sealed class DrainPortion
{
    /// <summary>At the next time.</summary>
    public int Events { get; private set; } = ServerLimits.DrainedEventsAtLeast;

    /// <summary>Takes note of what a portion took.</summary>
    public void Learn(TimeSpan elapsed) => Events = elapsed > ServerLimits.DrainWithin
        ? Math.Max(ServerLimits.DrainedEventsAtLeast, Events / 2)
        : Math.Min(StorageLimits.DrainedEvents, 2 * Events);
}
