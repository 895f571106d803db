using Microsoft.Extensions.Configuration;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>Settings, and what a start finds wrong with them.</summary>
internal static class OptionFaults
{
    public static IReadOnlyList<string> Of(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        ServerOptions.Read(configuration, out var faults);
        return faults;
    }

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<Setting> Settings()
    {
        var reader = new ConfigurationReader(new ConfigurationBuilder().Build());
        ServerOptions.Read(reader);
        return reader.Settings;
    }
}
