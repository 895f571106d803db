using Microsoft.Extensions.Configuration;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>What a start finds wrong with settings.</summary>
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
}
