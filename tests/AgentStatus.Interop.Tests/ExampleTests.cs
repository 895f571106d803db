using AgentStatus.Interop.Tests.Running;

namespace AgentStatus.Interop.Tests;

/// <summary>The examples in clients/examples do what their READMEs say.</summary>
public sealed class ExampleTests(ServerProcess server)
{
    private const string Expected = "recorded: RECORD_OUTCOME_APPLIED\nCall Steps: Offline";

    private static string Examples => Path.Combine(SourceTree.Root, "clients/examples");

    [Fact]
    public async Task The_python_example_works() => Assert.Equal(
        Expected,
        (await Program.RunAsync(
            await Tool.PythonAsync(), [Path.Combine(Examples, "python/call_steps.py"), server.Address])).MustSucceed());

    /// <summary>In a copy, so that the packages that are installed for these tests serve it too.</summary>
    [Fact]
    public async Task The_node_example_works()
    {
        var node = Tool.Node();
        var copy = Directory.CreateTempSubdirectory("agentstatus-example-");
        try
        {
            var folder = copy.CreateSubdirectory("clients/examples/node");
            Directory.CreateSymbolicLink(Path.Combine(copy.FullName, "protos"), SourceTree.Protos);
            Directory.CreateSymbolicLink(
                Path.Combine(folder.FullName, "node_modules"), Path.Combine(SourceTree.Clients, "node_modules"));
            var program = Path.Combine(folder.FullName, "call-steps.mjs");
            File.Copy(Path.Combine(Examples, "node/call-steps.mjs"), program);
            Assert.Equal(Expected, (await Program.RunAsync(node, [program, server.Address])).MustSucceed());
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }
}
