using AgentStatus.Core;
using AgentStatus.Server.Following;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Storage;
using AgentStatus.Storage.Spool;

namespace AgentStatus.Server.Hosting;

/// <summary>
/// Memory's life: filled from the store while the server listens already (health: NOT_SERVING), then served and
/// written, and at the end everything queued is recorded. Stops after Kestrel has: no request is under way then.
/// </summary>
internal sealed class MemoryLifetime(
    MemoryFilling filling,
    IStatusStore store,
    StatusWriter writer,
    PeriodAudit audit,
    ServingState serving,
    Instruments instruments,
    ServerOptions options,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger _logger = loggers.CreateLogger<MemoryLifetime>();
    private IChangeFeed? _feed;
    private Follower? _follower;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.Run(
            () =>
            {
                audit.Dispose();
                _follower?.Dispose();
                writer.Dispose();
            },
            CancellationToken.None);
        Log.Stopped(_logger);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (store is SpoolingStore spool) Watch(spool);
            while (!await TryServeAsync(stoppingToken)) await Task.Delay(Limits.ProbeInterval, clock, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (StoreException failure)
        {
            Log.WarmStartFailed(_logger, failure);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    /// <summary>
    /// Fills memory and serves; false if the store does not answer. A server that has a spool takes events meanwhile,
    /// and tries again.
    /// </summary>
    private async Task<bool> TryServeAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Run(() => ServeAsync(stopping), stopping);
            return true;
        }
        catch (StoreUnreachableException failure) when (store is SpoolingStore)
        {
            if (!writer.IsTaking) Log.StartedDegraded(_logger, failure.Message);
            writer.Start();
            return false;
        }
    }

    private async Task ServeAsync(CancellationToken stopping)
    {
        (store as SpoolingStore)?.Connect();
        var started = clock.GetTimestamp();
        _feed ??= (store as ISharedStore)?.Follow();
        var events = filling.Fill(stopping);
        writer.Start();
        if (_feed is not null) Follow(_feed);
        await filling.CompleteAsync(stopping);
        serving.Serve();
        var filledIn = clock.GetElapsedTime(started);
        await ListenAsync(stopping);
        StartReport.Write(_logger, options, store, filling.Agents, events, filledIn);
    }

    /// <summary>Little is loaded before Kestrel listens: who is told "ready" can ask.</summary>
    private async Task ListenAsync(CancellationToken stopping)
    {
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(listens.SetResult);
        await listens.Task.WaitAsync(stopping);
    }

    private void Follow(IChangeFeed feed)
    {
        // One that could not start has read what the feed does not give again.
        _follower ??= new Follower(
            feed, writer, filling.KnownThrough, options.Storage.PollInterval,
            () => store is not SpoolingStore { IsReachable: false },
            instruments, loggers.CreateLogger<Follower>(), clock);
        _follower.Start();
        audit.Start((ISharedStore)store, () => _follower.ArePeriodsWritten);
    }

    private void Watch(SpoolingStore spool)
    {
        instruments.ObserveSpool(spool);
        instruments.ObserveFollowing();
        spool.Degraded += failure => Log.Degraded(_logger, failure.Message);
        spool.Recovered += away => Log.Recovered(_logger, away.TotalSeconds, spool.SpooledCount);
    }
}
