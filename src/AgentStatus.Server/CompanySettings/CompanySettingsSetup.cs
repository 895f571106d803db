using AgentStatus.Server.Memory;
using AgentStatus.Server.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Registers the company settings.</summary>
internal static class CompanySettingsSetup
{
    /// <summary>
    /// Adds <see cref="CompanyHours"/>, <see cref="CompanySettingsCache"/> and the refresher. The options are the
    /// caller's to bind and check; fetches begin when <see cref="CompanyHours.Load"/> is done.
    /// </summary>
    /// <param name="record">Finds what records a version.</param>
    /// <param name="companies">Finds what lists the companies with events within memory's horizon.</param>
    public static IServiceCollection AddCompanySettings(
        this IServiceCollection services,
        Func<IServiceProvider, RecordHours> record,
        Func<IServiceProvider, Func<IReadOnlyCollection<long>>> companies)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient(HttpSettings.ClientName, HttpSettings.Configure)
            .ConfigurePrimaryHttpMessageHandler(HttpSettings.CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // The one client is kept; its connections are renewed.
            .RemoveAllLoggers();
        services.AddSingleton<CompanyHours>();
        services.AddSingleton(record);
        services.AddSingleton(CreateSource);
        services.AddSingleton<SettingsFetcher>();
        services.AddSingleton<CompanySettingsCache>();
        return services.AddHostedService(provider =>
            ActivatorUtilities.CreateInstance<SettingsRefresher>(provider, companies(provider)));
    }

    private static ISettingsSource CreateSource(IServiceProvider services)
    {
        var options = services.GetRequiredService<CompanySettingsOptions>();
        if (options.HasPath)
            return ActivatorUtilities.CreateInstance<FileSettings>(services, options.Path!);
        if (!options.HasUrl)
            return ActivatorUtilities.CreateInstance<NoSettings>(services);
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient(HttpSettings.ClientName);
        return new HttpSettings(client, options.Url!);
    }
}
