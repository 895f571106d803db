namespace AgentStatus.Client.Tests.Cli;

/// <summary>The program itself, as a process whose output is not a terminal.</summary>
public sealed class RedirectedProcessTests : FakeServerTests
{
    [Fact]
    public async Task Output_is_plain_text_without_escape_sequences()
    {
        var ring = new RingTargetResult
        {
            AgentId = 2,
            Classification = RingClassification.BusyMissed,
            Label = "Busy (missed)",
        };
        Server.Service.OnClassifyGroup = _ => new ClassifyRingTargetsResponse { Results = { ring } };
        var output = (await ChildProcess.RunAsync("dotnet",
        [
            BuiltProgram(), "classify", "--company", "1", "--agent", "2",
            "--address", Server.Endpoint.GetLeftPart(UriPartial.Authority),
        ])).MustSucceed();

        Assert.Contains("│ 2     │ Busy (missed) │", output);
        Assert.DoesNotContain('\x1b', output);
    }

    /// <summary>The program beside its own dependencies: clients/X/bin/Y/Z as this is tests/X/bin/Y/Z.</summary>
    internal static string BuiltProgram()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var programs = Path.GetFullPath(Path.Combine(here.FullName, "../../../../../clients/AgentStatus.Cli/bin"));
        return Path.Combine(programs, here.Parent!.Name, here.Name, "agentstatus.dll");
    }
}
