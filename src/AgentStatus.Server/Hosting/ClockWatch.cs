using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Hosting;

/// <summary>Says when the machine's clock jumps, by comparing it with the time that has passed. Events without
/// occurred_at get their instant from that clock, so whoever looks for odd statuses must find the jump in the
/// log.</summary>
internal sealed class ClockWatch(TimeProvider clock, Instruments instruments, ILogger<ClockWatch> logger)
    : IHostedService, IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private long _checkedAt;
    private long _clockMs;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        (_checkedAt, _clockMs) = (clock.GetTimestamp(), clock.NowMs());
        _timer = clock.CreateTimer(
            _ => Check(), null, ServerLimits.ClockCheckInterval, ServerLimits.ClockCheckInterval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Check()
    {
        // After a standstill two may be due at once.
        lock (_gate)
        {
            var (before, nowMs, after) = (clock.GetTimestamp(), clock.NowMs(), clock.GetTimestamp());

            // A process that stood still between the readings knows nothing; it looks again later.
            if (clock.GetElapsedTime(before, after).TotalMilliseconds >= ServerLimits.ClockJumpMs / 2.0) return;
            var aheadMs = nowMs - _clockMs - (long)clock.GetElapsedTime(_checkedAt, before).TotalMilliseconds;
            (_checkedAt, _clockMs) = (before, nowMs);
            if (Math.Abs(aheadMs) < ServerLimits.ClockJumpMs) return;
            instruments.ClockJumped(aheadMs);
            Log.ClockJumped(logger, aheadMs, nowMs);
        }
    }
}
