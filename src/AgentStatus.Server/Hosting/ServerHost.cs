using System.Security.Cryptography;
using AgentStatus.Core.Hours;
using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Calls;
using AgentStatus.Server.Calls.Packed;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Following;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Server.StandardServices;
using AgentStatus.Storage;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace AgentStatus.Server.Hosting;

/// <summary>Puts the server together.</summary>
internal static class ServerHost
{
    /// <summary>
    /// A builder whose configuration is complete. Settings files lie beside the program, wherever it is started.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });

        // An activity and a log scope for each call cost a fifth of its time, and nobody reads them: calls are not
        // logged.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // What clients send is their fault, and an Error or worse with a stack trace for each of their connections would
        // hide ours. These categories say nothing else: faults of our handlers are logged by CallErrors.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None);
        return builder;
    }

    /// <summary>The server on an open store; the caller disposes of both, the server first.</summary>
    public static WebApplication Build(
        WebApplicationBuilder builder, ServerOptions options, IStatusStore store, TimeProvider clock)
    {
        builder.Services.AddSingleton(clock);
        Listen(builder, options);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = Core.Limits.RequestBytes);
        builder.Services.AddStandardServices();
        AddDomain(builder.Services, options, store);

        // Loads the library for page tokens' digests while there are file descriptors: where that fails once, it fails
        // until the process ends.
        _ = SHA256.HashData([]);
        var app = builder.Build();
        app.Use(FramingFaults.AnswerAsInvalidAsync);
        var rings = app.Services.GetRequiredService<RingCalls>();
        app.MapGrpcService(StrictBinder.Define(
            (binder, calls) => PackedBinding.Bind(binder, calls, rings),
            app.Services.GetRequiredService<AgentStatusCalls>(),
            app.Services.GetRequiredService<CallErrors>())).Add(app.Services.GetRequiredService<BreakdownGate>().Guard);
        app.MapStandardServices(options.Reflection);
        return app;
    }

    /// <summary>
    /// Settings of the host that have nothing to do with what it serves; the benchmarks' peer has the same.
    /// </summary>
    public static void Listen(WebApplicationBuilder builder, ServerOptions options)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Instruments>();
        builder.Services.AddSingleton<ConnectionGuard>();
        builder.WebHost.ConfigureKestrel(kestrel => Listening.Configure(kestrel, options));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Core.Limits.Shutdown);
    }

    private static void AddDomain(IServiceCollection services, ServerOptions options, IStatusStore store)
    {
        services.AddSingleton(Options.Create(options.CompanySettings));
        services.AddSingleton(store);
        services.AddSingleton<Board>();
        services.AddSingleton<HistoryReads>();
        services.AddSingleton<KnownThrough>();
        services.AddSingleton<CallEnds>();
        services.AddSingleton<OwedAgents>();
        services.AddSingleton<RecentPeriods>();
        services.AddSingleton<StagedAgents>();
        services.AddSingleton<EventBatch>();
        services.AddSingleton<OthersChanges>();
        services.AddSingleton<PeriodAudit>();
        services.AddSingleton<SpoolDrain>();
        services.AddSingleton<MemoryFilling>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<BreakdownQueries>();
        services.AddSingleton<BreakdownGate>();
        services.AddSingleton<AgentStatusCalls>();
        services.AddSingleton<RingCalls>();
        services.AddSingleton(provider => new OfflineUpkeep(FindHours(provider), provider.GetRequiredService<RecentPeriods>()));
        services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<Upkeep>(provider, (long)options.Horizon.TotalMilliseconds));
        services.AddSingleton(provider => new StatusLookup(
            provider.GetRequiredService<Board>(),
            provider.GetRequiredService<HistoryReads>(),
            provider.GetRequiredService<StatusWriter>().ResolveSince));
        services.AddCompanySettings(
            provider => provider.GetRequiredService<StatusWriter>().RecordHoursAsync,
            provider => () => [.. provider.GetRequiredService<Board>().Companies]);
        services.AddHostedService<MemoryLifetime>();
        services.AddHostedService<ClockWatch>();
    }

    /// <summary>Finds a company's hours; where none are known yet, has them fetched, and does not wait.</summary>
    private static Func<long, HoursHistory?> FindHours(IServiceProvider provider)
    {
        var known = provider.GetRequiredService<CompanyHours>();
        return companyId =>
        {
            var hours = known.Find(companyId);
            if (hours is null) provider.GetRequiredService<CompanySettingsCache>().StartFetch(companyId);
            return hours;
        };
    }
}
