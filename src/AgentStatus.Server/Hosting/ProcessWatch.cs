using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Hosting;

/// <summary>Says when the process runs out of what it cannot work without: threads of the pool, and file descriptors.
/// On a thread of its own, since the pool's do not come to it then.</summary>
/// <param name="runOnPool">How the pool is tried out.</param>
/// <param name="descriptors">How many there may be.</param>
internal sealed class ProcessWatch(
    Instruments instruments,
    ILogger<ProcessWatch> logger,
    TimeProvider clock,
    Action<Action> runOnPool,
    int descriptors) : IHostedService, IDisposable
{
    private const string AnyFile = "/dev/null";

    private readonly Repeats _stalls = new(clock);
    private readonly Repeats _shortages = new(clock);
    private readonly ManualResetEventSlim _stop = new();
    private long _askedAt;
    private volatile bool _isAsking;
    private int _checksAsking;
    private int _openDescriptors;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        instruments.ObserveProcess(() => PoolDelay, () => _openDescriptors);
        new Thread(Run) { Name = "process-watch", IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose() => _stop.Set();

    /// <summary>One look, a <see cref="ServerLimits.ProcessCheckInterval"/> after the one before.</summary>
    public void Check()
    {
        CheckPool();
        if (OperatingSystem.IsLinux()) CheckDescriptors();
    }

    /// <summary>How long the pool has not come to what it was asked.</summary>
    private TimeSpan PoolDelay => _isAsking ? clock.GetElapsedTime(_askedAt) : TimeSpan.Zero;

    private void Run()
    {
        while (!_stop.Wait(ServerLimits.ProcessCheckInterval)) Check();
    }

    /// <summary>A process that stood still as a whole is not stalled: the pool gets another interval. Nor is one whose
    /// waits end early, as they can when the machine's clock is set.</summary>
    private void CheckPool()
    {
        if (!_isAsking)
        {
            (_askedAt, _checksAsking, _isAsking) = (clock.GetTimestamp(), 0, true);
            runOnPool(() => _isAsking = false);
        }
        else if (++_checksAsking > 1 && PoolDelay > ServerLimits.ProcessCheckInterval && _stalls.Count() is not null)
        {
            Log.PoolStalled(logger, PoolDelay.TotalSeconds, ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);
        }
    }

    /// <summary>The system gives the lowest free number: all below it are taken.</summary>
    private void CheckDescriptors()
    {
        try
        {
            using var file = File.OpenHandle(AnyFile);
            _openDescriptors = (int)file.DangerousGetHandle();
        }
        catch (IOException)
        {
            _openDescriptors = descriptors;
        }

        if (descriptors - _openDescriptors < ServerLimits.FreeDescriptors && _shortages.Count() is not null)
            Log.DescriptorsRunOut(logger, _openDescriptors, descriptors);
    }
}
