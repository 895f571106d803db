using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Keeps the settings of companies with events in memory younger than CacheFor, asked for or not, so that a
/// change of hours is in force from when it happened and not from when somebody looked.</summary>
internal sealed class SettingsRefresher(
    CompanySettingsCache cache,
    TimelineIndex timelines,
    CompanySettingsOptions options,
    TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = ServerLimits.SettingsRefreshes,
            CancellationToken = stoppingToken,
        };
        // What is half of CacheFor old is refreshed, so with four rounds a quarter is left for the fetches themselves.
        using var round = new PeriodicTimer(options.CacheFor / 4, time);
        do
        {
            await Parallel.ForEachAsync(timelines.Companies, parallel, cache.RefreshAsync);
            cache.ForgetIdle();
        }
        while (await round.WaitForNextTickAsync(stoppingToken));
    }
}
