using AgentStatus.Server.Access;
using AgentStatus.Server.Audit;
using AgentStatus.Server.CallSteps;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Erasing;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Http;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Replication;
using AgentStatus.Server.Retention;
using AgentStatus.Server.Telemetry;
using AgentStatus.Server.Verification;
using AgentStatus.Server.Watching;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AgentStatus.Server.Hosting;

/// <summary>Puts the server together.</summary>
internal static class ServerHost
{
    /// <summary>What says with a stack trace why a start failed, such as a port that is taken: the program says it
    /// itself.</summary>
    private static readonly string[] SayWhyNot =
        ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>A builder whose configuration is complete. Settings files lie beside the program, wherever it is
    /// started.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        LogFormat.Use(builder.Logging.ClearProviders(), LogFormat.IsJson(builder.Configuration));

        // An activity and a log scope for each request cost a fifth of its time, and nobody reads them: requests
        // are not logged.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddGrpcFilters();
        return builder;
    }

    /// <summary>The server on an open store; the caller disposes of both, the server first.</summary>
    public static WebApplication Build(
        WebApplicationBuilder builder, ServerOptions options, IStatusStore store, TimeProvider clock)
    {
        builder.Services.AddSingleton(clock);
        Listen(builder, options);
        builder.Services.AddAccess(options.Authentication);
        builder.Services.AddGrpcServices();
        AddDomain(builder.Services, options, store);
        AddHttp(builder.Services, options);
        var isStarted = false;
        foreach (var category in SayWhyNot)
            builder.Logging.AddFilter(category, level => isStarted && level >= LogLevel.Warning);

        EagerLoading.Run();
        var app = builder.Build();
        app.MapGrpcServices(options.Reflection);
        app.Lifetime.ApplicationStarted.Register(() => isStarted = true);
        return app;
    }

    /// <summary>Settings of the host that have nothing to do with what it serves; the benchmarks' peer has the
    /// same.</summary>
    public static void Listen(WebApplicationBuilder builder, ServerOptions options)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Instruments>();
        builder.Services.AddSingleton<ConnectionGuard>();
        builder.Services.AddSingleton<TlsCertificates>();
        builder.Services.AddSingleton<HandedConnections>();
        builder.WebHost.ConfigureKestrel(kestrel => Listening.Configure(kestrel, options));
        builder.Services.Configure<SocketTransportOptions>(transport => SocketFile.Use(transport, options.Socket));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ServerLimits.Shutdown);
    }

    /// <summary>The last of the services: it stops before what it asks.</summary>
    private static void AddHttp(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<Probes>();
        services.AddSingleton<TelemetryExport>();
        services.AddSingleton(provider => new HttpServer(
            provider,
            options,
            provider.GetRequiredService<TelemetryExport>().Metrics,
            kestrel => Listening.ConfigureHttp(kestrel, options, provider),
            provider.GetRequiredService<HandedConnections>()));
        services.AddHostedService(provider => provider.GetRequiredService<HttpServer>());
    }

    private static void AddDomain(IServiceCollection services, ServerOptions options, IStatusStore store)
    {
        services.AddSingleton(options.CompanySettings);
        services.AddSingleton(options.Companies);
        services.AddSingleton(store);
        services.AddSingleton(options.CallLimits);
        services.AddSingleton<IEventReader>(store);
        services.AddSingleton(store.Audit);
        services.AddSingleton<RetentionCut>();
        services.AddSingleton<TimelineIndex>();
        services.AddSingleton<CompanyLabels>();
        services.AddSingleton<TimelineLoader>();
        services.AddSingleton<WriteAdmission>();
        services.AddSingleton<Callers>();
        services.AddSingleton<EventQueue>();
        services.AddSingleton<RetractionQueue>();
        services.AddSingleton<CallStepQueue>();
        services.AddSingleton<TimelineRebuilds>();
        services.AddSingleton<PeriodWriter>();
        services.AddSingleton<OfflinePeriodProjection>();
        services.AddSingleton<Follower>();
        services.AddSingleton<StartupLoader>();
        services.AddSingleton<CallLimitCheck>();
        services.AddSingleton<WriterMaintenance>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<Erasures>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<LowPriorityThreads>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StatusLookup>(
            provider, (Action<AgentKey>)provider.GetRequiredService<StatusWriter>().ResolveSince));
        services.AddSingleton<AsKnownLookup>();
        services.AddSingleton<StepLookup>();
        services.AddSingleton<StatusWatch>();
        services.AddSingleton<RetentionRunner>();
        services.AddSingleton<StoreVerification>();
        services.AddSingleton<RecordHours>(provider => provider.GetRequiredService<StatusWriter>().RecordHoursAsync);
        services.AddCompanySettings();
        services.AddSingleton<StateMetrics>();
        services.AddHostedService<ServerLifecycle>();
        services.AddHostedService<ClockWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<TlsCertificates>());
        if (store.File is { } file)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<FileWatch>(
                provider, file, (Action<bool>)provider.GetRequiredService<ServingState>().Record));
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ProcessWatch>(
            provider, (Action<Action>)(look => ThreadPool.UnsafeQueueUserWorkItem(_ => look(), null)),
            FileDescriptors.Most() ?? int.MaxValue));
    }
}
