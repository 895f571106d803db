using System.Collections.Concurrent;
using System.Net;
using AgentStatus.Server.Grpc;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>The standard services alone on a real port, and a channel to it. A logged error fails the test.</summary>
internal sealed class StandardServicesHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ErrorLog _errors;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    private StandardServicesHost(WebApplication app, ErrorLog errors)
    {
        (_app, _errors) = (app, errors);
        Channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public GrpcChannel Channel { get; }

    public ServingState State => _app.Services.GetRequiredService<ServingState>();

    /// <summary>Ends every call of a test that hangs.</summary>
    public CancellationToken Limit => _limit.Token;

    public static async Task<StandardServicesHost> StartAsync()
    {
        var errors = new ErrorLog();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.AddProvider(errors);
        builder.Services.AddRouting();
        builder.Services.AddGrpcServices();
        builder.Logging.AddGrpcFilters();
        var app = builder.Build();
        app.MapStandardServices(reflection: true);
        app.Services.GetRequiredService<ServingState>();
        await app.StartAsync();
        return new StandardServicesHost(app, errors);
    }

    /// <summary>Says that the server stops, and leaves its connections open as yet.</summary>
    public void AnnounceStop() => _app.Lifetime.StopApplication();

    /// <summary>Stops the server, which waits for calls in flight: fails if one of them delays it.</summary>
    public Task StopAsync() => _app.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await StopAsync();
        await _app.DisposeAsync();
        _limit.Dispose();
        Assert.Empty(_errors.Entries);
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (IsEnabled(logLevel))
                Entries.Enqueue($"{format(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
