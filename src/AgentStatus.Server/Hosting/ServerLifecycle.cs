using AgentStatus.Server.Configuration;
using AgentStatus.Server.Erasing;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Http;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Replication;
using AgentStatus.Server.Retention;
using AgentStatus.Server.Telemetry;
using AgentStatus.Server.Watching;

namespace AgentStatus.Server.Hosting;

/// <summary>The server's life: memory is filled from the store while the server listens already (health: NOT_SERVING),
/// then served and written, and at the end everything queued is recorded. Stops after Kestrel has: no request is under
/// way then.</summary>
internal sealed class ServerLifecycle(
    StartupLoader loader,
    CallLimitCheck limits,
    TimelineIndex timelines,
    IStatusStore store,
    StatusWriter writer,
    EventQueue events,
    Erasures erasures,
    Follower follower,
    OfflinePeriodProjection projection,
    StatusWatch watch,
    RetentionRunner retention,
    ServingState serving,
    Instruments instruments,
    StateMetrics states,
    HttpServer http,
    ServerOptions options,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<ServerLifecycle> logger) : BackgroundService, IAsyncDisposable
{
    private bool _hasEnded;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await EndAsync();
        Log.Stopped(logger);
    }

    /// <summary>Ends what has begun where a start failed, such as at a port that is taken: the host does not stop such
    /// services, and what fills memory would go on while the parts that it uses, and the store, are disposed
    /// of.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_hasEnded)
        {
            lifetime.StopApplication();
            await base.StopAsync(CancellationToken.None);
            await EndAsync();
        }

        Dispose();
    }

    /// <summary>Ends the parts one at a time, in the order in which they need one another, when no part begins any
    /// more.</summary>
    private async Task EndAsync()
    {
        _hasEnded = true;
        await Task.Run(
            () =>
            {
                follower.Dispose();
                retention.Dispose();
                writer.Dispose();
                projection.Dispose();
                watch.Dispose();
            },
            CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (store.Spool is { } spool) Watch(spool);
            var wait = StorageLimits.ProbeInterval;
            while (!await TryServeAsync(stoppingToken))
            {
                await Task.Delay(wait, clock, stoppingToken);

                // A store that is back is asked at once; one that answers, and of which a read fails, more and more
                // seldom.
                wait = store.Spool is { IsReachable: true } ? 2 * wait : StorageLimits.ProbeInterval;
                if (wait > ServerLimits.StartRetry) wait = ServerLimits.StartRetry;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            Log.StartFailed(logger, failure.Message, Log.Ours(failure));
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    /// <summary>Fills memory and serves; false if the store does not answer. A server that has a spool takes events
    /// meanwhile, and tries again.</summary>
    private async Task<bool> TryServeAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Run(() => ServeAsync(stopping), stopping);
            return true;
        }
        catch (StoreUnreachableException failure) when (store.Spool is not null)
        {
            if (!writer.IsTaking) Log.StartedDegraded(logger, failure.Message);
            StartWriter();
            return false;
        }
    }

    private async Task ServeAsync(CancellationToken stopping)
    {
        store.Spool?.Connect();
        var started = clock.GetTimestamp();
        follower.BeginToFollow();
        limits.Check();
        var loaded = loader.Load(stopping);
        StartWriter();
        follower.Start();
        await writer.CompleteMemoryAsync(() => timelines.IsWarm = true, stopping);
        states.Observe();
        projection.Start();
        watch.Start();
        retention.Start();
        serving.Serve();
        var filledIn = clock.GetElapsedTime(started);
        await ListenAsync(stopping);
        await limits.ChangeAsync(stopping);
        StartReport.Write(logger, options, http.Address, store, timelines.AgentCount, loaded, filledIn);
    }

    private void StartWriter()
    {
        if (writer.IsTaking) return;
        events.RecordingChanged += serving.Record;
        erasures.Start();
        writer.Start();
        serving.Record(true);
    }

    /// <summary>Little is loaded before Kestrel listens: who is told "ready" can send requests.</summary>
    private async Task ListenAsync(CancellationToken stopping)
    {
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(listens.SetResult);
        await listens.Task.WaitAsync(stopping);
    }

    private void Watch(ISpool spool)
    {
        instruments.ObserveSpool(spool, store.CallSteps);
        instruments.ObserveFollowing();
        OutageLog.Write(spool, clock, logger);
    }
}
