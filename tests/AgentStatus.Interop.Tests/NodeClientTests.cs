namespace AgentStatus.Interop.Tests;

/// <summary>@grpc/grpc-js, gRPC in JavaScript on Node's own HTTP/2.</summary>
public sealed class NodeClientTests(SharedServer server) : ForeignClientTests(server)
{
    private protected override Task<string[]> ArgumentsAsync() =>
        Task.FromResult<string[]>([Tool.Node(), Path.Combine(SourceTree.Clients, "client.mjs")]);
}
