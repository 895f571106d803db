using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Server.StandardServices;
using AgentStatus.Storage;

namespace AgentStatus.Server.Hosting;

/// <summary>
/// Memory's life: filled from the store while the server listens already (health: NOT_SERVING), then served and written, and
/// at the end everything queued is recorded. Stops after Kestrel has: no call is under way then.
/// </summary>
internal sealed class MemoryLifetime(
    Board board,
    IStatusStore store,
    StatusWriter writer,
    Upkeep upkeep,
    CallEnds callEnds,
    CompanyHours hours,
    ServingState serving,
    Instruments instruments,
    ServerOptions options,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<MemoryLifetime> logger) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.Run(writer.Dispose, CancellationToken.None);
        Log.Stopped(logger);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(
        () =>
        {
            try
            {
                Warm(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (StoreException failure)
            {
                Log.WarmStartFailed(logger, failure);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
            }
        },
        stoppingToken);

    private void Warm(CancellationToken stopping)
    {
        var started = clock.GetTimestamp();
        hours.Load(store.ReadHours());
        var horizonMs = clock.NowMs() - (long)options.Horizon.TotalMilliseconds;
        var events = WarmStart.Load(board, store, horizonMs, stopping);
        for (var slot = 0; slot < board.Slots; slot++)
            if (board.At(slot) is var (agent, timeline)) callEnds.Expect(agent, timeline);
        foreach (var companyId in board.Companies) upkeep.SearchStalePeriods(companyId);
        instruments.ObserveAgents(() => board.AgentCount);
        writer.Start();
        board.IsWarm = true;
        serving.Set(ServingStatus.Serving);
        StartReport.Write(logger, options, store, board.AgentCount, events, clock.GetElapsedTime(started));
    }
}
