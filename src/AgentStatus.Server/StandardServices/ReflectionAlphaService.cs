using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using V1Request = Grpc.Reflection.V1.ServerReflectionRequest;

namespace AgentStatus.Server.StandardServices;

/// <summary>
/// The same under its older name, v1alpha. Both versions are one on the wire, so the bytes are the mapping.
/// </summary>
internal sealed class ReflectionAlphaService(ReflectionStreams streams) : ServerReflection.ServerReflectionBase
{
    public override Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requests,
        IServerStreamWriter<ServerReflectionResponse> responses,
        ServerCallContext context) =>
        streams.ServeAsync(
            requests,
            responses,
            context,
            request => V1Request.Parser.ParseFrom(request.ToByteString()),
            response => ServerReflectionResponse.Parser.ParseFrom(response.ToByteString()));
}
