using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Grpc.AspNetCore.HealthChecks;
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
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = ServerLimits.RequestBytes)
            .AddServiceOptions<BatchGrpcService>(
                batches => batches.MaxReceiveMessageSize = ServerLimits.BatchRequestBytes);
        services.AddGrpcHealthChecks(health =>
        {
            health.Services.Map("", check => check.Name == ServingState.Service);
            health.Services.Map(ServingState.Service, check => check.Name == ServingState.Service);
            health.Services.Map(ServingState.Recording, check => check.Name == ServingState.Recording);
        }).AddCheck<ServingState>(ServingState.Service).AddCheck<ServingState>(ServingState.Recording);
        services.AddSingleton<ServingState>();
        services.AddSingleton<AgentStatusGrpcService>();
        services.AddSingleton<BatchGrpcService>();
        services.AddSingleton<AdminGrpcService>();
        services.AddSingleton<AuditedRequests>();
        services.AddSingleton(provider => new BreakdownGate(
            provider.GetRequiredService<Instruments>(), provider.GetRequiredService<TimeProvider>(),
            ServerLimits.Breakdowns, ServerLimits.BreakdownsOfPeer));
        services.AddSingleton<BreakdownAdmission>();
        services.AddSingleton<AccessGate>();
        services.AddSingleton<RequestGate>();
        services.AddTransient<ErrorBoundary>();
    }

    /// <summary>What the packages log as errors is known otherwise: a server that does not serve yet says so itself,
    /// and what gRPC or HTTP/2 cannot read of a request is the sender's fault (ours never get as far as that:
    /// <see cref="ErrorBoundary"/>). A line with a stack trace for each such request would hide our faults.</summary>
    public static void AddGrpcFilters(this ILoggingBuilder logging) => logging
        .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
        .AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None)
        .AddFilter("Grpc.AspNetCore.Grpc.JsonTranscoding", LogLevel.None)
        .AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None);

    public static void MapGrpcServices(this IEndpointRouteBuilder routes, bool reflection)
    {
        var all = routes.MapGroup("");
        ((IEndpointConventionBuilder)all).Finally(routes.ServiceProvider.GetRequiredService<RequestGate>().Guard);
        routes = all;
        routes.MapWithin(routes.ServiceProvider.GetRequiredService<AgentStatusGrpcService>().Bind);
        routes.MapGrpcService<BatchGrpcService>();
        var audited = routes.ServiceProvider.GetRequiredService<AuditedRequests>();
        routes.MapWithin(binder => AdminService.BindService(
            new AuditedMethods(binder, audited), routes.ServiceProvider.GetRequiredService<AdminGrpcService>()));
        routes.MapStandardServices(reflection);
    }

    /// <summary>Health, and reflection in both of its versions.</summary>
    public static void MapStandardServices(this IEndpointRouteBuilder routes, bool reflection)
    {
        routes.MapWithin(binder => Health.BindService(binder, CreateHealth(routes.ServiceProvider)));
        if (!reflection) return;

        // The package that maps reflection does not see services that are bound by a definition, as ours is.
        ServiceDescriptor[] services =
        [
            AgentStatusService.Descriptor, AdminService.Descriptor,
            Health.Descriptor, Reflection.Descriptor, AlphaReflection.Descriptor,
        ];
        var names = services.Select(service => service.FullName).ToList();

        // Clients decode grpc-status-details-bin with the last two; no service imports them.
        var symbols = SymbolRegistry.FromFiles(services.Select(service => service.File)
            .Append(Google.Rpc.StatusReflection.Descriptor).Append(Google.Rpc.ErrorDetailsReflection.Descriptor));
        routes.MapWithin(binder => Reflection.BindService(binder, new ReflectionV1ServiceImpl(names, symbols)));
        routes.MapWithin(binder => AlphaReflection.BindService(binder, new ReflectionServiceImpl(names, symbols)));
    }

    /// <summary>The package's own service, which it maps without our boundary: a message that is none would be UNKNOWN.
    /// Its type is not public.</summary>
    private static Health.HealthBase CreateHealth(IServiceProvider services)
    {
        var type = typeof(GrpcHealthChecksOptions).Assembly.GetTypes()
            .Single(type => type.IsSubclassOf(typeof(Health.HealthBase)));
        return (Health.HealthBase)ActivatorUtilities.CreateInstance(services, type);
    }

    private static IEndpointConventionBuilder MapWithin(
        this IEndpointRouteBuilder routes, Action<ServiceBinderBase> bind)
    {
        var boundary = routes.ServiceProvider.GetRequiredService<ErrorBoundary>();
        bind(boundary);
        return routes.MapGrpcService(boundary.Build());
    }
}
