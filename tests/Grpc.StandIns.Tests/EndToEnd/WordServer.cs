using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.StandIns.Tests;

/// <summary>A real Kestrel with the word service, HTTP/2 without TLS on a free port, and channels to it.</summary>
internal sealed class WordServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private WordServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
    }

    public WordService Service => _app.Services.GetRequiredService<WordService>();

    public Uri Address { get; }

    /// <summary>Starts a server with the word service, or with a definition in its place.</summary>
    public static async Task<WordServer> StartAsync(
        Action<GrpcServiceOptions>? configure = null, ServerServiceDefinition? definition = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options => configure?.Invoke(options));
        builder.Services.AddSingleton<WordService>();
        var app = builder.Build();
        if (definition is null)
            app.MapGrpcService<WordService>();
        else
            app.MapGrpcService(definition);

        await app.StartAsync();
        return new WordServer(app);
    }

    public GrpcChannel OpenChannel(GrpcChannelOptions? options = null)
    {
        var channel = GrpcChannel.ForAddress(Address, options ?? new GrpcChannelOptions());
        _channels.Add(channel);
        return channel;
    }

    public Words.WordService.WordServiceClient OpenClient(GrpcChannelOptions? options = null) =>
        new(OpenChannel(options));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();

        await _app.DisposeAsync();
    }
}
