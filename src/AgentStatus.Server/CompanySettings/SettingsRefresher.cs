using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Keeps the settings of these companies younger than CacheFor, asked for or not, so that a change of hours is
/// in force from when it happened and not from when somebody looked.</summary>
/// <param name="companies">Those with events within memory's horizon; called once a round, from any thread.</param>
internal sealed class SettingsRefresher(
    CompanySettingsCache cache,
    Func<IReadOnlyCollection<long>> companies,
    CompanySettingsOptions options,
    TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = ServerLimits.SettingsFetches,
            CancellationToken = stoppingToken,
        };
        // What is half of CacheFor old is refreshed, so with four rounds a quarter is left for the fetches themselves.
        using var round = new PeriodicTimer(options.CacheFor / 4, time);
        do
        {
            await Parallel.ForEachAsync(companies(), parallel, cache.RefreshAsync);
            cache.ForgetIdle();
        }
        while (await round.WaitForNextTickAsync(stoppingToken));
    }
}
