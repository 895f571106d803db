using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Retention;

/// <summary>How many rows are deleted in one portion: who appends waits for it. Half as many after one that took too
/// long, twice as many after another. One thread.</summary>
internal sealed class DeletedPortion
{
    /// <summary>In the next one.</summary>
    public int Rows { get; private set; } = ServerLimits.DeletedRowsAtLeast;

    /// <summary>Takes note of what a portion took; gives how long to wait for the next one.</summary>
    public TimeSpan Learn(TimeSpan elapsed)
    {
        Rows = elapsed > ServerLimits.DeleteWithin
            ? Math.Max(ServerLimits.DeletedRowsAtLeast, Rows / 2)
            : Math.Min(ServerLimits.DeletedRows, 2 * Rows);
        var pause = elapsed * ServerLimits.DeletePauseTimes;
        return pause < ServerLimits.MaintenanceInterval ? pause : ServerLimits.MaintenanceInterval;
    }
}
