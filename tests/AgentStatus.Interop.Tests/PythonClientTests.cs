namespace AgentStatus.Interop.Tests;

/// <summary>grpcio, gRPC's C core.</summary>
public sealed class PythonClientTests(SharedServer server) : ForeignClientTests(server)
{
    private protected override async Task<string[]> ArgumentsAsync() =>
        [await Tool.PythonAsync(), Path.Combine(SourceTree.Clients, "client.py")];
}
