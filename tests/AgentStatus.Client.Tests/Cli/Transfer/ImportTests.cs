using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli.Transfer;

/// <summary>`import` of files as other systems write them, and a real server.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly TempDirectory _storage = new();

    public void Dispose()
    {
        _files.Dispose();
        _storage.Dispose();
    }

    [Fact]
    public async Task A_queue_log_becomes_choices_calls_and_rings_and_names_get_numbers()
    {
        var log = Write("queue_log", """
            1757397600|NONE|NONE|NONE|QUEUESTART|
            1757397601|NONE|support|SIP/1003|ADDMEMBER|
            1757397601|NONE|sales|SIP/1003|ADDMEMBER|
            1757397700.250|1757397690.42|support|NONE|ENTERQUEUE||420777|1
            1757397720|1757397690.42|support|SIP/1004|RINGNOANSWER|15000
            1757397725|1757397690.42|support|SIP/1003|CONNECT|25|1757397700.43|5
            1757397825|1757397690.42|support|SIP/1003|COMPLETECALLER|25|100|1
            1757397900.5|NONE|sales|SIP/1003|PAUSE|Lunch
            1757397900.5|NONE|support|SIP/1003|PAUSE|Lunch
            1757399000|NONE|NONE|SIP/1003|UNPAUSEALL|
            1757399000|NONE|NONE|SIP/1003|PAUSEALL|Training
            nonsense
            soon|NONE|NONE|SIP/1003|PAUSEALL|Training
            1757400000|NONE|NONE|SIP/1003|UNPAUSEALL|
            1757400100|NONE|sales|SIP/1003|PAUSE|Auto-Pause
            1757400100|NONE|support|SIP/1003|PAUSE|Auto-Pause
            1757400200|NONE|NONE|SIP/1003|UNPAUSEALL|
            1757401000|NONE|support|SIP/1003|REMOVEMEMBER|
            1757401001|NONE|sales|SIP/1003|REMOVEMEMBER|
            """);
        using var server = await ServerProcess.ServingAsync(_storage.Path);

        var (exitCode, output, error) = await Shell.RunAsync(server.Endpoint, $"import {log} --company 7");

        Assert.Equal((2, ""), (exitCode, error));
        Assert.Contains(" 10 events recorded, 0 were there already, 2 rings kept, 0 retractions.", output);
        Assert.Equal(
            [
                "06:00:01.000 Online  Agent 2", "06:02:05.000 OnCall  Call 6 175739769000000042",
                "06:03:45.000 Online  Call 7 175739769000000042", "06:05:00.500 Away Lunch Agent 9",
                "06:23:20.000 Online  Agent 10", "06:23:20.000 Away Training Agent 11",
                "06:40:00.000 Online  Agent 14", "06:41:40.000 Away Auto-Pause System 16",
                "06:43:20.000 Online  Agent 17", "06:56:41.000 Offline  Agent 19",
            ],
            await EventsAsync(server, 1));
        Assert.Equal(
            ["external,agent_id", "SIP/1003,1", "SIP/1004,2"], await File.ReadAllLinesAsync(_files.File("agents.csv")));
        Assert.Equal(
            [
                "12\thas 1 fields, not 5 or more with | between them\tnonsense",
                "13\t\"soon\" is not a time in seconds since 1970\tsoon|NONE|NONE|SIP/1003|PAUSEALL|Training",
            ],
            await File.ReadAllLinesAsync($"{log}.rejected"));
        var rings = await StepsAsync(server, 175739769000000042);
        Assert.Equal(
            [("2025-09-09T06:01:45Z", 2, RingOutcome.NoAnswer), ("2025-09-09T06:02:00Z", 1, RingOutcome.Answered)],
            rings.Select(ring => ($"{ring.RingAt.ToDateTime():yyyy-MM-ddTHH:mm:ssZ}", ring.AgentId, ring.Outcome)));

        var good = File.ReadLines(log).Where(line => line.Contains('|') && !line.StartsWith("soon", default)).ToList();
        File.WriteAllLines(log, good);
        var again = await Shell.RunAsync(server.Endpoint, $"import {log} --company 8 --source other");
        Assert.Equal(0, again.ExitCode);
        Assert.False(File.Exists($"{log}.rejected"));
        Assert.Equal(3, (await File.ReadAllLinesAsync(_files.File("agents.csv"))).Length);
    }

    [Fact]
    public async Task Bad_lines_are_set_aside_and_the_others_recorded_whatever_their_order()
    {
        var file = Write("events.ndjson", """
            {"agentId": "7", "status": "AGENT_STATUS_AWAY", "origin": "STATUS_ORIGIN_AGENT", "occurredAt": "2025-10-01T09:00:00.25Z", "eventId": "own", "label": "Lunch"}
            {"agent_id": 7, "status": "online", "origin": "agent", "occurred_at": "2025-10-01T09:30:00+02:00", "device_id": null}

            {"agent_id": 7, "status": "online", "origin": "agent", "occured_at": "2025-10-01T09:30:00Z"}
            {"agent_id": 7, "status": "online", "origin": "agent", "occurred_at": "2025-10-01T09:30:00"}
            {"agent_id": 7, "status": "left", "origin": "app", "occurred_at": "2025-10-01T09:30:00Z"}
            {"agent_id": 7, "status": "there", "origin": "app", "occurred_at": "2025-10-01T09:30:00Z"}
            {"agent_id": "x", "status": "online", "origin": "app", "occurred_at": "2025-10-01T09:30:00Z"}
            {"agent_id": 7, "company_id": 8, "status": "online", "origin": "app", "occurred_at": "2025-10-01T09:30:00Z"}
            {"agent_id": 7, "status": {"a": [1]}, "origin": "app", "occurred_at": "2025-10-01T09:30:00Z"}
            [1]
            {"agent_id": 7
            """);
        using var server = await ServerProcess.ServingAsync(_storage.Path);

        var (exitCode, output, _) = await Shell.RunAsync(server.Endpoint, $"import {file} --company 7");

        Assert.Equal(2, exitCode);
        Assert.Contains("2 events recorded", output);
        Assert.EndsWith($"9 lines rejected: see {file}.rejected", output);
        Assert.Equal(
            ["07:30:00.000 Online  Agent 2", "09:00:00.250 Away Lunch Agent 0"], await EventsAsync(server, 7));
        string[] reasons =
        [
            "4\tthere is no field \"occured_at\"; there are event_id,", "5\toccurred_at: \"2025-10-01T09:30:00\" is not",
            "6\tINVALID_ARGUMENT; status ", "7\tstatus: \"there\" is none of online,", "8\tagent_id: \"x\" is not a number",
            "9\tcompany_id is 8, not 7", "10\tstatus is neither text nor a number", "11\tnot a JSON object", "12\tnot a JSON",
        ];
        var rejected = (await File.ReadAllLinesAsync($"{file}.rejected")).OrderBy(line => int.Parse(line.Split('\t')[0]));
        Assert.All(rejected.Zip(reasons), pair => Assert.StartsWith(pair.Second, pair.First));
        Assert.Contains(
            " 0 events recorded, 2 were there already",
            (await Shell.RunAsync(server.Endpoint, $"import {file} --company 7")).Out);
    }

    [Fact]
    public async Task Csv_has_any_order_of_columns_quotes_and_a_mark_at_its_start()
    {
        var file = Write("events.csv",
            "\uFEFFlabel;agent_id;occurred_at;status;origin\r\n"
            + "\"Lunch; \"\"long\"\"\";anna;2025-10-01T08:00:00Z;away;agent\r\n\r\n;bob;2025-10-01T08:00:00Z;online;agent\r\n"
            + "x;y;z;u;v;w\r\n");
        File.WriteAllText(_files.File("map.csv"), "agent_id;team;external\n41;blue;bob");
        using var server = await ServerProcess.ServingAsync(_storage.Path);
        var import = $"import {file} --company 7 --map {_files.File("map.csv")}";

        var dry = await Shell.RunAsync(server.Endpoint, $"{import} --dry-run");

        Assert.Equal(2, dry.ExitCode);
        Assert.StartsWith("3 lines: 2 events, 0 rings, 0 retractions. Nothing was sent.", dry.Out);
        Assert.Empty(await EventsAsync(server, 41));
        Assert.Equal("agent_id;team;external\n41;blue;bob", File.ReadAllText(_files.File("map.csv")));
        Assert.Equal(2, (await Shell.RunAsync(server.Endpoint, import)).ExitCode);
        Assert.Equal(["08:00:00.000 Online  Agent 4"], await EventsAsync(server, 41));
        Assert.Equal(["08:00:00.000 Away Lunch; \"long\" Agent 2"], await EventsAsync(server, 42));
        Assert.Equal("agent_id;team;external\n41;blue;bob\n42;;anna\n", File.ReadAllText(_files.File("map.csv")));
        Assert.Contains(
            "The first line: there is no field \"who\"",
            (await Shell.RunAsync(server.Endpoint, $"import {Write("x.csv", "who,status\n")} --company 7")).Error);
        Assert.Equal(1, (await Shell.RunAsync(server.Endpoint, "import nowhere.csv --company 7")).ExitCode);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_files.File(name), text);
        return _files.File(name);
    }

    private static async Task<List<string>> EventsAsync(ServerProcess server, long agentId)
    {
        using var client = new AgentStatusClient(new() { Endpoint = server.Endpoint });
        return await client.ListStatusEventsAsync(new() { CompanyId = 7, AgentId = agentId })
            .Select(e => $"{e.OccurredAt.ToDateTime():HH:mm:ss.fff} {e.Status} {e.Label} {e.Origin} {e.Sequence} "
                + (e.CallId == 0 ? "" : $"{e.CallId}"))
            .Select(line => line.TrimEnd()).ToListAsync();
    }

    private static async Task<IEnumerable<CallStep>> StepsAsync(ServerProcess server, long callId)
    {
        using var client = new AgentStatusClient(new() { Endpoint = server.Endpoint });
        return (await client.GetCallStepsAsync(new() { CompanyId = 7, CallId = callId })).Steps;
    }
}
