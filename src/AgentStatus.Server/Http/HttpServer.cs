using AgentStatus.Server.Access;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Memory;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;

namespace AgentStatus.Server.Http;

/// <summary>The second endpoint, for HTTP/1.1: JSON and the page. A Kestrel and a pipeline of its own, so that nothing
/// of it answers on gRPC's port or the other way round, whatever Host a request names, and gRPC requests pass nothing
/// that is not theirs.</summary>
/// <param name="server">The parts that both endpoints ask.</param>
/// <param name="options">Where to listen.</param>
/// <param name="metrics">What /metrics gives; null: there is none.</param>
/// <param name="listen">What Kestrel listens on, and what a connection may do.</param>
/// <param name="shared">Gives connections that gRPC's Kestrel accepts, where both share a port.</param>
internal sealed class HttpServer(
    IServiceProvider server, ServerOptions options, MeterProvider? metrics, Action<KestrelServerOptions> listen,
    IConnectionListenerFactory shared)
    : IHostedLifecycleService, IAsyncDisposable
{
    private const string MetricsPath = "/metrics";

    private WebApplication? _app;
    private Task _started = Task.CompletedTask;

    /// <summary>Where it listens; null: nowhere.</summary>
    public Uri? Address => (options.IsShared
        ? server.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses
        : _app?.Urls)?.FirstOrDefault() is { } url ? new Uri(url) : null;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins to start: memory is filled meanwhile.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Http is not null) _started = Task.Run(ListenAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Ends when it listens; only then the server is started.</summary>
    /// <exception cref="HttpPortException">It cannot listen there.</exception>
    public Task StartedAsync(CancellationToken cancellationToken) => _started;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_app is not null) await _app.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        _app = Build();
        try
        {
            await _app.StartAsync();
        }
        catch (IOException failure)
        {
            throw new HttpPortException(failure);
        }
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new() { ContentRootPath = AppContext.BaseDirectory, WebRootPath = PageFiles.Folder });
        var services = builder.Services;
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(server.GetRequiredService<ILoggerFactory>());
        services.AddSingleton(server.GetRequiredService<TimeProvider>());
        services.AddSingleton(server.GetRequiredService<Instruments>());
        services.AddSingleton(server.GetRequiredService<AgentStatusGrpcService>());
        services.AddSingleton(server.GetRequiredService<LowPriorityThreads>());
        services.AddSingleton(server.GetRequiredService<Authenticator>());
        services.AddSingleton(server.GetRequiredService<ErrorBoundary>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ServerLimits.Shutdown);
        services.AddRouting();
        services.AddJson();
        services.AddPage();
        if (options.IsShared) services.AddSingleton(shared);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(listen);

        var app = builder.Build();
        app.UseSecurityHeaders();
        Probes.Use(app, server.GetRequiredService<Probes>());
        app.UseHostNames(options);
        if (metrics is not null)
            app.UseOpenTelemetryPrometheusScrapingEndpoint(
                metrics, null, MetricsPath, only => only.Use(next => HttpAccess.Before(next, V1.Permission.Watch)),
                null);
        app.UseStatusCodePages(pages => HttpRefusals.ExplainAsync(pages.HttpContext));
        app.UseRouting();
        app.UsePage();
        app.MapJson();
        return app;
    }

    /// <summary>The server itself watches for signals, and stops this.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
