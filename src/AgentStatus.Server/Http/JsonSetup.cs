using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using AgentStatus.V1;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace AgentStatus.Server.Http;

/// <summary>Brings in JSON over HTTP: the contract's annotations (google.api.http) say under which path.</summary>
internal static class JsonSetup
{
    /// <summary>The messages that a JSON may name: what errors have in their details.</summary>
    public static TypeRegistry Types { get; } = TypeRegistry.FromFiles(
        AgentStatusService.Descriptor.File, Google.Rpc.ErrorDetailsReflection.Descriptor);

    public static void AddJson(this IServiceCollection services)
    {
        services.AddSingleton(provider => new BreakdownGate(
            provider.GetRequiredService<Instruments>(), provider.GetRequiredService<TimeProvider>(),
            ServerLimits.JsonBreakdowns, ServerLimits.JsonBreakdowns / 2));
        services.AddSingleton<JsonService>();
        services.AddGrpc().AddJsonTranscoding(json =>
        {
            // Numbers beyond 2^53 are others in JavaScript.
            json.JsonSettings.WriteInt64sAsStrings = true;
            json.TypeRegistry = Types;
        });
    }

    /// <summary>The paths alone: what is mapped beside them is gRPC's, which has its own port.</summary>
    public static void MapJson(this IEndpointRouteBuilder routes)
    {
        var all = new OwnRoutes(routes.ServiceProvider);
        ((IEndpointConventionBuilder)all.MapGrpcService<JsonService>()).Finally(JsonGate.Guard);
        var json = all.DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null);
        routes.DataSources.Add(new DefaultEndpointDataSource([.. json]));
    }

    private sealed class OwnRoutes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
