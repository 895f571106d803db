using AgentStatus.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the AgentStatus client.</summary>
public static class AgentStatusClientServiceCollectionExtensions
{
    /// <summary>Adds one <see cref="AgentStatusClient"/> for the whole application; a host checks the options at start,
    /// others when the client is first asked for.</summary>
    /// <example><code>
    /// services.AddAgentStatusClient(options =>
    /// {
    ///     options.Endpoint = new Uri("http://agent-status:5080");
    ///     options.ClassifyDeadline = TimeSpan.FromMilliseconds(50);
    /// });
    /// </code></example>
    public static IServiceCollection AddAgentStatusClient(
        this IServiceCollection services, Action<AgentStatusClientOptions> configure)
    {
        services.AddOptions<AgentStatusClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<
            IValidateOptions<AgentStatusClientOptions>, AgentStatusClientOptionsValidator>());
        services.TryAddSingleton(provider => new AgentStatusClient(
            provider.GetRequiredService<IOptions<AgentStatusClientOptions>>().Value,
            provider.GetService<ILoggerFactory>()));
        return services;
    }
}
