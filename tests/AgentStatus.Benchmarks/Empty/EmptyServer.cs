using AgentStatus.Server.Configuration;
using AgentStatus.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Benchmarks.Empty;

/// <summary>The peer of the server: the same host settings, and gRPC as it comes, without the server's interceptor and
/// strict parsing: these are part of what the server has to afford.</summary>
internal static class EmptyServer
{
    /// <summary>The verb that runs it, for <see cref="Processes.MeasuredServer"/>.</summary>
    public const string Verb = "serve-empty";

    public static int Run(string[] args)
    {
        var builder = ServerHost.CreateBuilder(args);
        var options = ServerOptions.Read(builder.Configuration, out var faults);
        if (faults.Count > 0) throw new InvalidOperationException(string.Join(' ', faults));
        builder.Services.AddSingleton(TimeProvider.System);
        ServerHost.Listen(builder, options);
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<EmptyService>();
        using var app = builder.Build();
        app.MapGrpcService<EmptyService>();
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Ready on {options.Endpoint}"));
        app.Run();
        return 0;
    }
}
