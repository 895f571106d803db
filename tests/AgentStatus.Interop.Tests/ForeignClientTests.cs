using System.Text.Json;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace AgentStatus.Interop.Tests;

/// <summary>What a client that we did not write sees. Each client is a program in clients/ that plays a scenario and
/// prints what came back as JSON; here stands what that must be, the same for all of them.</summary>
public abstract class ForeignClientTests(SharedServer server)
{
    private static readonly string[] Methods =
    [
        "RecordStatus", "RecordStatuses", "RetractStatus", "ListStatusEvents",
        "ClassifyRingTarget", "ClassifyRingTargets", "StreamRingTargets", "GetCallSteps",
        "ListCalls", "GetBreakdown", "GetCompanyHours", "WatchStatuses",
    ];

    private const string Service = "agentstatus.v1.AgentStatusService";
    private static int _companies;

    [Fact]
    public async Task Records_classifies_and_breaks_down()
    {
        var found = await PlayAsync("requests");
        Assert.Equal(
            """["RECORD_OUTCOME_APPLIED","RECORD_OUTCOME_SHADOWED","RECORD_OUTCOME_DUPLICATE"]""",
            Text(found, "outcomes"));
        Assert.Equal("DURABILITY_STORED", Text(found, "durability"));
        Assert.Equal("Offline", Text(found, "label"));
        Assert.Equal("STATUS_ORIGIN_AGENT", Text(found, "origin"));
        Assert.Equal("25092000", Text(found, "statusSinceMs")); // 06:58:12
        Assert.Equal("""["Busy (missed)","Offline","Unknown"]""", Text(found, "groupLabels"));
        Assert.Equal("[1,2]", Text(found, "agents"));
        Assert.Equal("Europe/Prague", Text(found, "timeZone"));
        Assert.Equal("", Text(found, "lastToken"));
        Assert.Equal("""{"AGENT_STATUS_OFFLINE":25200000}""", Text(found, "durationsMs")); // 7 h
        Assert.Equal("36108000", Text(found, "outsideHoursMs")); // 24 h - 7 h - 06:58:12
        Assert.Equal("25092000", Text(found, "unknownMs"));

        // 09:00 in Prague is 07:00: unknown, then open from just after 06:58:12, closed, open, closed.
        var segments = found.GetProperty("segments").EnumerateArray().Select(segment => segment.GetString()).ToArray();
        Assert.Equal("AGENT_STATUS_UNSPECIFIED", segments[0]);
        Assert.All(segments[1..], segment => Assert.Equal("AGENT_STATUS_OFFLINE", segment));
        Assert.Equal(6, segments.Length);
    }

    [Fact]
    public async Task A_stream_answers_each_request_and_survives_a_bad_one()
    {
        var found = await PlayAsync("stream");
        Assert.Equal("OK", Text(found, "end"));
        Assert.Equal(
            [
                """{"id":"7","labels":["Unknown"],"code":0,"fields":[]}""",
                """{"id":"8","labels":[],"code":3,"fields":["company_id"]}""",
                """{"id":"18446744073709551615","labels":["Unknown"],"code":0,"fields":[]}""",
            ],
            found.GetProperty("answers").EnumerateArray().Select(answer => answer.ToString()));
    }

    [Fact]
    public async Task An_error_names_every_field_in_its_details()
    {
        var found = (await PlayAsync("errors")).GetProperty("record");
        Assert.Equal("INVALID_ARGUMENT", Text(found, "code"));
        Assert.Equal("3", Text(found, "detailsCode"));
        Assert.StartsWith("company_id ", Text(found, "message"));
        Assert.Equal(Text(found, "message"), Text(found, "detailsMessage"));
        Assert.Equal("""["company_id","agent_id","status","origin","event_id"]""", Text(found, "fields"));
    }

    [Fact]
    public async Task An_error_fits_into_the_trailers_that_clients_take()
    {
        var found = await PlayAsync("errors");
        Assert.Equal("ALREADY_EXISTS", Text(found.GetProperty("taken"), "code"));
        Assert.Equal("""["type.googleapis.com/google.rpc.ErrorInfo"]""", Text(found.GetProperty("taken"), "details"));
        Assert.Equal("INVALID_ARGUMENT", Text(found.GetProperty("manyFaults"), "code"));
        Assert.InRange(found.GetProperty("manyFaults").GetProperty("fields").GetArrayLength(), 20, 999);
        Assert.Equal("INVALID_ARGUMENT", Text(found.GetProperty("longText"), "code"));
        Assert.Equal("""["time_zone"]""", Text(found.GetProperty("longText"), "fields"));
    }

    [Fact]
    public async Task Health_is_checked_and_watched()
    {
        var found = await PlayAsync("health");
        Assert.Equal("SERVING", Text(found, "whole"));
        Assert.Equal("SERVING", Text(found, "service"));
        Assert.Equal("NOT_FOUND", Text(found, "other"));
        Assert.Equal("SERVING", Text(found, "watched"));
        Assert.Equal("SERVICE_UNKNOWN", Text(found, "watchedOther"));
    }

    [Fact]
    public async Task Reflection_gives_the_contract_with_all_that_it_imports()
    {
        var found = await PlayAsync("reflection");
        foreach (var version in (string[])["v1", "v1alpha"])
        {
            var services = Text(found.GetProperty(version), "services");
            Assert.Contains(Service, services);
            Assert.Contains("grpc.health.v1.Health", services);
            Assert.Equal(
                "[" + string.Join(',', Methods.Select(name => $"\"{name}\"")) + "]",
                Text(found.GetProperty(version), "methods"));
        }
    }

    [Fact]
    public async Task A_request_that_ends_before_its_time_says_so_and_harms_no_other() => Assert.Equal(
        """{"deadline":"DEADLINE_EXCEEDED","cancelled":"CANCELLED","nothingSent":"OK","after":"Unknown"}""",
        (await PlayAsync("endings")).ToString());

    [Fact]
    public async Task Odd_input_is_refused_by_its_kind()
    {
        var found = await PlayAsync("odds");
        Assert.Equal("UNIMPLEMENTED", Text(found, "unknownMethod"));
        Assert.Equal("UNIMPLEMENTED", Text(found, "unknownService"));

        // Our own RPCs, health and reflection.
        var garbage = found.GetProperty("garbage").EnumerateArray().Select(code => code.GetString()).ToList();
        Assert.Equal(Enumerable.Repeat("INVALID_ARGUMENT", 9), garbage);

        // Broken framing: the status that gRPC for .NET gives it.
        Assert.Equal("INTERNAL", Text(found, "noMessage"));
        Assert.Equal("INTERNAL", Text(found, "twoMessages"));
        Assert.Equal("RESOURCE_EXHAUSTED", Text(found, "tooLarge"));
        Assert.Equal("RESOURCE_EXHAUSTED", Text(found, "tooLargeUnpacked"));
        Assert.Equal("OK", Text(found, "gzip"));
        Assert.Equal("OK", Text(found, "metadata"));
    }

    /// <remarks>A stop closes the connection behind its last answer. A client that writes at that moment, as C-core does
    /// for its flow control, may see the connection break before it reads that answer: UNAVAILABLE, at both. A server
    /// that does not send it fails in every try.</remarks>
    [Fact]
    public async Task A_stopping_server_ends_watches_and_streams_and_exits_with_0()
    {
        const string Broken = """{"seen":["SERVING"],"watchEnd":"UNAVAILABLE","streamEnd":"UNAVAILABLE"}""";
        var found = Broken;
        for (var tries = 0; found == Broken && tries < 3; tries++) found = await StopAsync();
        Assert.Equal("""{"seen":["SERVING","NOT_SERVING"],"watchEnd":"OK","streamEnd":"UNAVAILABLE"}""", found);
    }

    /// <summary>The client's program and its first arguments.</summary>
    private protected abstract Task<string[]> ArgumentsAsync();

    /// <summary>What a client of a server of its own sees as that one stops.</summary>
    private async Task<string> StopAsync()
    {
        var arguments = await ArgumentsAsync();
        await using var stopped = new SharedServer();
        await stopped.InitializeAsync();
        using var client = new ChildProcess(arguments[0], [.. arguments[1..], .. Scenario(stopped, "stop")]);
        await client.LineAsync("WATCHING");
        stopped.Process.Terminate();
        var found = Last(await client.EndAsync()).ToString();
        await stopped.Process.ExitedAsync();
        Assert.Equal(0, stopped.Process.ExitCode);
        return found;
    }

    private static string[] Scenario(SharedServer server, string scenario) =>
        [server.Address, scenario, $"{Interlocked.Increment(ref _companies)}", SourceTree.Protos, Tool.StandardProtos];

    private static JsonElement Last(Output output) =>
        JsonDocument.Parse(output.MustSucceed().Split('\n')[^1]).RootElement;

    private static string Text(JsonElement of, string property) => of.GetProperty(property).ToString();

    private async Task<JsonElement> PlayAsync(string scenario)
    {
        var arguments = await ArgumentsAsync();
        return Last(await ChildProcess.RunAsync(arguments[0], [.. arguments[1..], .. Scenario(server, scenario)]));
    }
}
