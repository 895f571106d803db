using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentStatus.Client.Tests.Fakes;

/// <summary>A <see cref="FakeService"/> behind a real port: HTTP/2 without TLS, as the server.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app, FakeService service)
    {
        _app = app;
        Service = service;
        Endpoint = new Uri(app.Urls.Single());
    }

    public FakeService Service { get; }

    public Uri Endpoint { get; }

    /// <param name="service">What answers.</param>
    /// <param name="port">0: a free one.</param>
    public static async Task<FakeServer> StartAsync(FakeService? service = null, int port = 0)
    {
        service ??= new FakeService();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapGrpcService<FakeService>();
        await app.StartAsync();
        return new FakeServer(app, service);
    }

    /// <summary>A client of this server that does not wait long between attempts.</summary>
    /// <param name="configure">Changes its options: by default every request may take 30 s.</param>
    public AgentStatusClient Connect(Action<AgentStatusClientOptions>? configure = null)
    {
        var options = new AgentStatusClientOptions
        {
            Endpoint = Endpoint,
            ClassifyDeadline = TimeSpan.FromSeconds(30),
            RecordDeadline = TimeSpan.FromSeconds(30),
            InitialBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(50),
        };
        configure?.Invoke(options);
        return new AgentStatusClient(options);
    }

    /// <summary>Ends at once: open requests are cut off.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
