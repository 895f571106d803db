using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Access;

/// <summary>Brings in who may do what.</summary>
internal static class AccessSetup
{
    public static void AddAccess(this IServiceCollection services, AuthenticationOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AccessRefusals>();
        services.AddSingleton<Authenticator>();
        services.AddHostedService<CredentialWatch>();
    }
}
