using AgentStatus.Server.Access;
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
    private readonly LogLines _log;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    private StandardServicesHost(WebApplication app, LogLines log)
    {
        (_app, _log) = (app, log);
        Channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public GrpcChannel Channel { get; }

    public ServingState State => _app.Services.GetRequiredService<ServingState>();

    /// <summary>Ends every request of a test that hangs.</summary>
    public CancellationToken Limit => _limit.Token;

    public static async Task<StandardServicesHost> StartAsync()
    {
        var log = new LogLines();
        var builder = CreateBuilder(log);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Instruments>();
        builder.Services.AddSingleton(CompanyPartition.Whole);
        builder.Services.AddAccess(new AuthenticationOptions());
        builder.Services.AddGrpcServices();
        builder.Logging.AddGrpcFilters();
        var app = builder.Build();
        app.MapStandardServices(reflection: true);
        app.Services.GetRequiredService<ServingState>();
        await app.StartAsync();
        return new StandardServicesHost(app, log);
    }

    /// <summary>A host on a free port, with HTTP/2 and nothing else.</summary>
    public static WebApplicationBuilder CreateBuilder(LogLines log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.AddProvider(log);
        builder.Services.AddRouting();
        return builder;
    }

    /// <summary>Says that the server stops, and leaves its connections open as yet.</summary>
    public void AnnounceStop() => _app.Lifetime.StopApplication();

    /// <summary>Stops the server, which waits for requests in flight: fails if one of them delays it.</summary>
    public Task StopAsync() => _app.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await StopAsync();
        await _app.DisposeAsync();
        _limit.Dispose();
        Assert.Empty(_log.Errors);
    }
}
