using AgentStatus.Server.Calls;
using AgentStatus.V1;
using Google.Rpc;
using Grpc.Health.V1;
using AlphaReflection = Grpc.Reflection.V1Alpha.ServerReflection;
using Reflection = Grpc.Reflection.V1.ServerReflection;

namespace AgentStatus.Server.StandardServices;

/// <summary>Brings in health and reflection, in both of its versions.</summary>
internal static class StandardServicesSetup
{
    /// <summary>Adds <see cref="ServingState"/>, which the host sets, and the services; not gRPC itself.</summary>
    public static IServiceCollection AddStandardServices(this IServiceCollection services) => services
        .AddSingleton(provider =>
            new ServingState(provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping))
        .AddSingleton(new DescriptorIndex(
            [AgentStatusService.Descriptor, Health.Descriptor, Reflection.Descriptor, AlphaReflection.Descriptor],
            // Clients decode grpc-status-details-bin with these; no service imports them.
            [Google.Rpc.StatusReflection.Descriptor, ErrorDetailsReflection.Descriptor]))
        .AddSingleton<CallErrors>()
        .AddSingleton<ReflectionStreams>()
        .AddSingleton<HealthService>()
        .AddSingleton<ReflectionService>()
        .AddSingleton<ReflectionAlphaService>();

    public static void MapStandardServices(this IEndpointRouteBuilder routes, bool reflection)
    {
        var services = routes.ServiceProvider;
        var errors = services.GetRequiredService<CallErrors>();
        routes.MapGrpcService(StrictBinder.Define(
            Health.BindService, services.GetRequiredService<HealthService>(), errors));
        if (!reflection) return;
        routes.MapGrpcService(StrictBinder.Define(
            Reflection.BindService, services.GetRequiredService<ReflectionService>(), errors));
        routes.MapGrpcService(StrictBinder.Define(
            AlphaReflection.BindService, services.GetRequiredService<ReflectionAlphaService>(), errors));
    }
}
