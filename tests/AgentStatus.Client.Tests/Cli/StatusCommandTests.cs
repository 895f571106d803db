using System.Text.Json;
using AgentStatus.Cli.Health;

namespace AgentStatus.Client.Tests.Cli;

/// <summary>`agentstatus status`.</summary>
public sealed class StatusCommandTests
{
    private const string Serving = """{"state":"serving","memory":"warm","store":"reachable","recording":true}""";

    [Fact]
    public async Task A_server_that_is_well_says_so_and_one_that_is_gone_is_named()
    {
        using var directory = new TempDirectory();
        Uri http;
        using (var server = await ServerProcess.ServingAsync(directory.Path))
        {
            await Until.TrueAsync(() => server.Output.Contains("JSON and the page on", StringComparison.Ordinal));
            http = server.Http;
            for (var i = 0; i < 100; i++)
                await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 });
            var (_, output, error) = await Shell.RunAsync(server.Endpoint, $"status --http {http}");
            Assert.True(error.Length == 0, error);
            Assert.StartsWith("State: serving, memory warm, store reachable, recording", output);
            Assert.Contains("% of 100 (objective 99 %)", output);
            Assert.Contains("ok  known_through is 0.000 s old", output);
        }

        var (code, _, gone) = await Shell.RunAsync(http, $"status --http {http}");
        Assert.Equal(1, code);
        Assert.Contains($"{http} gives no status", gone);
    }

    [Theory]
    [InlineData(Serving, "", "Nothing is wrong.")]
    [InlineData(
        """{"state":"starting","memory":"filling","store":"reachable","recording":false}""", "", "memory is being filled")]
    [InlineData("""{"state":"serving","memory":"warm","store":"lost","recording":false}""", "", "put it back")]
    [InlineData("""{"state":"serving","memory":"warm","store":"spooling","recording":true}""", "", "MongoDB")]
    [InlineData(
        Serving,
        """
        agentstatus_objective_seconds{objective="known_through",share="1"} 2
        agentstatus_known_through_age_seconds 1.2
        """,
        "Nothing is wrong.")]
    [InlineData(
        Serving,
        """
        agentstatus_objective_seconds{objective="known_through",share="1"} 1
        agentstatus_known_through_age_seconds 1.2
        """,
        "answers are provisional")]
    [InlineData(Serving, "agentstatus_settings_faults{fault=\"refused\"} 1", "agentstatus hours")]
    [InlineData(
        Serving,
        """
        agentstatus_objective_seconds{objective="seen",share="0.99"} 0.25
        agentstatus_replication_delay_seconds_bucket{le="0.25"} 90
        agentstatus_replication_delay_seconds_count 100
        """,
        "Storage:PollInterval")]
    public void What_is_wrong_is_said_with_what_to_do(string ready, string metrics, string said)
    {
        using var output = new StringWriter();
        using var json = JsonDocument.Parse(ready);
        var isWell = new ServerReport(json.RootElement, new MetricsText(metrics)).Write(output);
        Assert.Contains(said, output.ToString());
        Assert.Equal(said == "Nothing is wrong.", isWell);
    }
}
