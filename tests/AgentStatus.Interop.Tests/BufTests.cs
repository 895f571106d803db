using System.Text.Json;

namespace AgentStatus.Interop.Tests;

/// <summary>buf: its linter over the contract, and its curl, which knows the server by reflection alone.</summary>
public sealed class BufTests(SharedServer server)
{
    private const string Service = "agentstatus.v1.AgentStatusService";
    private const int Company = 1_000_001;

    [Fact]
    public async Task The_contract_has_no_faults() =>
        Assert.Empty((await ChildProcess.RunAsync(Tool.Buf, ["lint"], SourceTree.Root)).MustSucceed());

    [Fact]
    public async Task Curl_lists_all_methods()
    {
        var listed = (await CurlAsync("", "--list-methods")).MustSucceed().Split('\n');
        foreach (var method in (string[])["RecordStatus", "ClassifyRingTarget", "StreamRingTargets", "GetBreakdown"])
            Assert.Contains($"{Service}/{method}", listed);
        Assert.Contains("grpc.health.v1.Health/Watch", listed);
    }

    [Theory]
    [InlineData("grpc-v1", 1)]
    [InlineData("grpc-v1alpha", 2)]
    public async Task Curl_records_and_classifies_through_reflection(string protocol, int agent)
    {
        var recorded = await CurlAsync(
            $"{Service}/RecordStatus", "--reflect-protocol", protocol, "-d",
            $$"""
              {
                "company_id": {{Company}}, "agent_id": {{agent}},
                "status": "AGENT_STATUS_OFFLINE", "origin": "STATUS_ORIGIN_AGENT"
              }
              """);
        Assert.Equal("RECORD_OUTCOME_APPLIED", Json(recorded).GetProperty("outcome").GetString());
        var ring = await CurlAsync(
            $"{Service}/ClassifyRingTarget", "--reflect-protocol", protocol, "-d",
            $$"""{"company_id": {{Company}}, "agent_id": {{agent}}}""");
        Assert.Equal("Offline", Json(ring).GetProperty("label").GetString());
    }

    [Fact]
    public async Task Curl_shows_what_was_wrong()
    {
        const int invalidArgument = 3;
        var output = await CurlAsync($"{Service}/ClassifyRingTarget", "-d", """{"company_id": 1, "agent_id": -1}""");
        Assert.Equal(invalidArgument * 8, output.ExitCode);
        Assert.Contains("agent_id must be 1 or more, not -1", output.Errors);
        Assert.Contains("google.rpc.BadRequest", output.Errors);
    }

    [Fact]
    public async Task Curl_streams_both_ways()
    {
        var said = (await CurlAsync(
            $"{Service}/StreamRingTargets", "-d",
            """{"request_id": 1, "company_id": 1, "targets": [{"agent_id": 99}]} {"request_id": 2}""")).MustSucceed();
        Assert.Contains("\"label\": \"Unknown\"", said);
        Assert.Contains("\"field\": \"company_id\"", said);
    }

    private static JsonElement Json(Output output) => JsonDocument.Parse(output.MustSucceed()).RootElement;

    private Task<Output> CurlAsync(string method, params string[] more)
    {
        var url = $"http://{server.Address}/{method}";
        return ChildProcess.RunAsync(
            Tool.Buf, ["curl", "--http2-prior-knowledge", "--protocol", "grpc", .. more, url], SourceTree.Root);
    }
}
