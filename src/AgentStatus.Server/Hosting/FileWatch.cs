using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Hosting;

/// <summary>Watches the file in which the store, or the spool, keeps events on this machine: whether it is still the
/// one that was opened, whether its log grows without end, and, once memory is filled, whether it is damaged.</summary>
/// <param name="changeRecording">Told that events are not recorded, again and again while the file is lost, and that
/// they are again.</param>
internal sealed class FileWatch(
    IStoreFile file,
    TimelineIndex timelines,
    Action<bool> changeRecording,
    Instruments instruments,
    TimeProvider clock,
    ILogger<FileWatch> logger)
    : BackgroundService
{
    private readonly Repeats _losses = new(clock);
    private readonly Repeats _growths = new(clock);
    private int _damaged = -1;
    private bool _isLost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        instruments.ObserveFile(file, () => _damaged);
        Thread? check = null;
        using var timer = new PeriodicTimer(ServerLimits.FileCheckInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (timelines.IsWarm && check is null)
            {
                check = new(() => Check(stoppingToken)) { Name = "store-check", IsBackground = true };
                check.Priority = ThreadPriority.Lowest;
                check.Start();
            }

            Look();
        }
    }

    private void Look()
    {
        var fault = file.FindFault();
        if (fault is not null && _losses.Count() is not null) Log.StoreFileLost(logger, fault);
        if (fault is null && _isLost) Log.StoreFileFound(logger, file.Path);
        if (fault is not null || _isLost) changeRecording(fault is null);
        _isLost = fault is not null;
        if (file.LogBytes > StorageLimits.LogBytes && _growths.Count() is not null)
            Log.StoreLogGrows(logger, file.Path, file.LogBytes, StorageLimits.LogBytes);
    }

    private void Check(CancellationToken stopping)
    {
        try
        {
            var started = clock.GetTimestamp();
            var damage = file.FindDamage(stopping);
            _damaged = damage is null ? 0 : 1;
            if (damage is null) Log.StoreFileSound(logger, file.Path, clock.GetElapsedTime(started).TotalSeconds);
            else Log.StoreFileDamaged(logger, file.Path, damage);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (StoreException failure)
        {
            Log.StoreFileNotChecked(logger, file.Path, failure.Message);
        }
    }
}
