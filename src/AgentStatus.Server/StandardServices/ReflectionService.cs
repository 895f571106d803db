using Grpc.Core;
using Grpc.Reflection.V1;

namespace AgentStatus.Server.StandardServices;

/// <summary>The standard reflection service, version 1.</summary>
internal sealed class ReflectionService(ReflectionStreams streams) : ServerReflection.ServerReflectionBase
{
    public override Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requests,
        IServerStreamWriter<ServerReflectionResponse> responses,
        ServerCallContext context) =>
        streams.ServeAsync(requests, responses, context, request => request, response => response);
}
