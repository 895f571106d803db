namespace AgentStatus.Client.Tests.Cli;

/// <summary>What becomes of commands that are not understood, refused or not answered.</summary>
public sealed class CommandLineTests : FakeServerTests
{
    [Fact]
    public async Task A_refused_command_names_code_and_fields_on_stderr_and_exits_1()
    {
        Server.Service.OnRecord = (_, _) => throw Errors.Bad(("company_id", "must be 1 or more"), ("agent_id", "too"));

        var result = await Shell.RunAsync(Server, "record --company 0 --agent 0 --status online --origin agent");

        Assert.Equal(
            (1, "", "agentstatus: INVALID_ARGUMENT: for a test\n  company_id: must be 1 or more\n  agent_id: too"),
            result);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named_and_exits_1()
    {
        Uri endpoint;
        await using (var gone = await FakeServer.StartAsync()) endpoint = gone.Endpoint;

        var (exitCode, output, error) = await Shell.RunAsync(endpoint, "classify --company 1 --agent 2");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("agentstatus: UNAVAILABLE: ", error);
        Assert.EndsWith($"({endpoint})", error);
        Assert.DoesNotContain('\n', error);
    }

    [Theory]
    [InlineData("record --company 1 --agent 2 --status online", "Option '--origin' is required.")]
    [InlineData("record --company 1 --agent 2 --status there --origin app", "--status: 'there' is none of online,")]
    [InlineData("classify --company 1 --agent x", "--agent: 'x' is not a number.")]
    [InlineData("classify --company 1 --agent 2 --at 2025-10-01", "--at: '2025-10-01' is not a time with a zone")]
    [InlineData("breakdown --company 1", "Option '--from' is required.")]
    [InlineData("erase --company 1 --agent 2", "This would erase agent 2 of company 1: all events, ")]
    [InlineData("erase --company 1", "This would erase all of company 1: ")]
    [InlineData("erase --company 1 --agent 0 --yes", "--agent: the id must be 1 or more.")]
    [InlineData("erase --agent 1 --yes", "Option '--company' is required.")]
    [InlineData("unheard-of", "Unrecognized command or argument 'unheard-of'.")]
    [InlineData("demo --endpoint nowhere", "--address: 'nowhere' is not an http or https address")]
    [InlineData("demo --address nowhere", "--address: 'nowhere' is not an http or https address")]
    public async Task A_command_line_that_is_not_understood_says_why_and_exits_2(string commandLine, string reason)
    {
        var (exitCode, output, error) = await Shell.RunAsync(new Uri("http://127.0.0.1:1"), commandLine);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains($"agentstatus: {reason}", error);
        Assert.Contains("--help", error);
    }

    [Fact]
    public async Task Demo_without_a_built_server_says_so_and_exits_1()
    {
        var result = await Shell.RunAsync(new Uri("http://127.0.0.1:1"), "demo --server nowhere.dll");

        Assert.Equal((1, "", "agentstatus: No file nowhere.dll."), result);
    }
}
