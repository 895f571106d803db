using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.CompanySettings;

/// <summary>The companies with events within memory's horizon. Any thread.</summary>
internal delegate IReadOnlyCollection<long> ActiveCompanies();

/// <summary>Keeps the settings of these companies younger than CacheFor, asked for or not, so that a change of hours is
/// in force from when it happened and not from when somebody looked.</summary>
internal sealed class SettingsRefresher(
    CompanySettingsCache cache,
    ActiveCompanies companies,
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
