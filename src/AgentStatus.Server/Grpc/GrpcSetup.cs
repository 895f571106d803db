using AgentStatus.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection;
using AlphaReflection = Grpc.Reflection.V1Alpha.ServerReflection;
using Reflection = Grpc.Reflection.V1.ServerReflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace AgentStatus.Server.Grpc;

/// <summary>Brings in gRPC: our service, and the standard ones, health and reflection.</summary>
internal static class GrpcSetup
{
    /// <summary>Adds <see cref="ServingState"/>, which the host sets, and the services.</summary>
    public static void AddGrpcServices(this IServiceCollection services)
    {
        services.AddGrpc();
        services.AddGrpcHealthChecks(health => health.Services.Map(ServingState.Service, _ => true))
            .AddCheck<ServingState>("serving");
        services.AddSingleton<ServingState>();
        services.AddSingleton<AgentStatusGrpcService>();
        services.AddTransient<ErrorBoundary>();
    }

    /// <summary>
    /// What the packages log as errors is known otherwise: a server that does not serve yet says so itself, and what
    /// gRPC cannot read of a request is the sender's fault (ours never get that far: <see cref="ErrorBoundary"/>).
    /// </summary>
    public static void AddGrpcFilters(this ILoggingBuilder logging) => logging
        .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
        .AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);

    public static void MapGrpcServices(this IEndpointRouteBuilder routes)
    {
        routes.MapWithin(routes.ServiceProvider.GetRequiredService<AgentStatusGrpcService>().Bind);
        routes.MapStandardServices();
    }

    /// <summary>Health, and reflection in both of its versions.</summary>
    public static void MapStandardServices(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcHealthChecksService();

        // The package that maps reflection does not see services that are bound by a definition, as ours is.
        ServiceDescriptor[] services =
            [AgentStatusService.Descriptor, Health.Descriptor, Reflection.Descriptor, AlphaReflection.Descriptor];
        var names = services.Select(service => service.FullName).ToList();

        // Clients decode grpc-status-details-bin with the last two; no service imports them.
        var symbols = SymbolRegistry.FromFiles(services.Select(service => service.File)
            .Append(Google.Rpc.StatusReflection.Descriptor).Append(Google.Rpc.ErrorDetailsReflection.Descriptor));
        routes.MapWithin(binder => Reflection.BindService(binder, new ReflectionV1ServiceImpl(names, symbols)));
        routes.MapWithin(binder => AlphaReflection.BindService(binder, new ReflectionServiceImpl(names, symbols)));
    }

    private static void MapWithin(this IEndpointRouteBuilder routes, Action<ServiceBinderBase> bind)
    {
        var boundary = routes.ServiceProvider.GetRequiredService<ErrorBoundary>();
        bind(boundary);
        routes.MapGrpcService(boundary.Build());
    }
}
