using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Registers the company settings. The options, <see cref="RecordHours"/> and
/// <see cref="TimelineIndex"/> are the caller's; fetches begin when <see cref="CompanyHours.Load"/> is done.</summary>
internal static class CompanySettingsSetup
{
    public static IServiceCollection AddCompanySettings(this IServiceCollection services) => services
        .AddSingleton<CompanyHours>()
        .AddSingleton<ISettingsSource>(provider => provider.GetRequiredService<CompanySettingsOptions>() switch
        {
            { HasPath: true } => ActivatorUtilities.CreateInstance<FileSettings>(provider),
            { HasUrl: true } => ActivatorUtilities.CreateInstance<HttpSettings>(provider),
            _ => ActivatorUtilities.CreateInstance<NoSettings>(provider),
        })
        .AddSingleton<SettingsFetcher>()
        .AddSingleton<CompanySettingsCache>()
        .AddHostedService<SettingsRefresher>();
}
