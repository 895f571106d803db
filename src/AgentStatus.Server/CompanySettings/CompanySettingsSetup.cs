using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Registers the company settings.</summary>
internal static class CompanySettingsSetup
{
    /// <summary>Adds <see cref="CompanyHours"/>, <see cref="CompanySettingsCache"/> and the refresher. The options are
    /// the caller's to bind and check; fetches begin when <see cref="CompanyHours.Load"/> is done.</summary>
    /// <param name="record">Finds what records a version.</param>
    /// <param name="companies">Finds what lists the companies with events within memory's horizon.</param>
    public static IServiceCollection AddCompanySettings(
        this IServiceCollection services,
        Func<IServiceProvider, RecordHours> record,
        Func<IServiceProvider, Func<IReadOnlyCollection<long>>> companies)
    {
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
        return options.HasPath ? ActivatorUtilities.CreateInstance<FileSettings>(services, options.Path!)
            : options.HasUrl ? new HttpSettings(options.Url!)
            : ActivatorUtilities.CreateInstance<NoSettings>(services);
    }
}
