namespace AgentStatus.Interop.Tests;

/// <summary>The examples in clients/examples do what their READMEs say.</summary>
public sealed class ExampleTests(SharedServer server)
{
    private const string Expected = "recorded: RECORD_OUTCOME_APPLIED\nCall Steps: Offline";

    private static string Examples => Path.Combine(SourceTree.Root, "clients/examples");

    [Fact]
    public async Task The_python_example_works() => Assert.Equal(
        Expected,
        (await ChildProcess.RunAsync(
            await Tool.PythonAsync(), [Path.Combine(Examples, "python/call_steps.py"), server.Address])).MustSucceed());

    [Fact]
    public async Task The_log_of_a_telephony_system_says_the_same_however_often_it_is_imported()
    {
        string[] arguments = [Path.Combine(Examples, "python/telephony_log.py"), server.Address];
        var python = await Tool.PythonAsync();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                """
                recorded: 18 events
                Call Steps: Busy (missed)
                ONLINE: 7350 s
                ON_CALL: 360 s
                WRAP_UP: 90 s
                AWAY / Lunch: 1800 s
                AWAY / Training: 1800 s
                OFFLINE: 2 s
                """,
                (await ChildProcess.RunAsync(python, arguments)).MustSucceed());
        }
    }

    /// <summary>In a copy, so that the packages that are installed for these tests serve it too.</summary>
    [Fact]
    public async Task The_node_example_works()
    {
        var node = Tool.Node();
        using var copy = new TempDirectory();
        var folder = Directory.CreateDirectory(copy.File("clients/examples/node")).FullName;
        Directory.CreateSymbolicLink(copy.File("protos"), SourceTree.Protos);
        Directory.CreateSymbolicLink(
            Path.Combine(folder, "node_modules"), Path.Combine(SourceTree.Clients, "node_modules"));
        var program = Path.Combine(folder, "call-steps.mjs");
        File.Copy(Path.Combine(Examples, "node/call-steps.mjs"), program);
        Assert.Equal(Expected, (await ChildProcess.RunAsync(node, [program, server.Address])).MustSucceed());
    }
}
