using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AgentStatus.Server.Tests.Http;

/// <summary>What a request may not say: each fault is named, with what was probably meant.</summary>
public sealed class RefusedJsonTests : HttpTests
{
    private const string Company = "/v1/companies/1";

    /// <summary>Body, and the fields at fault with a part of what is said about each.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        { "events", """{"occured_at": "2026-03-01T09:00:00Z"}""", "occured_at: did you mean occurred_at?" },
        { "events", """{"occuredAt": "2026-03-01T09:00:00Z"}""", "occuredAt: did you mean occurred_at?" },
        { "events", """{"Occurred_At": 1}""", "Occurred_At: did you mean occurred_at?" },
        { "events", """{"x": {"a": [1, {"b": 2}]}, "y": 1}""", "x: known: company_id, agent_id, status; y: known:" },
        { "events", """{"agent_id": 1, "agentId": 1}""", "agent_id: is there twice" },
        { "events", """{"label": "a", "label": "b"}""", "label: is there twice" },
        { "events", """{"company_id": 2}""", "company_id: is not the one of the path, \"1\"" },
        { "events", """{"agent_id": "x"}""", "agent_id: must be a whole number of 64 bits, not \"x\"" },
        { "events", """{"agent_id": 1.5}""", "agent_id: must be a whole number of 64 bits" },
        { "events", """{"agent_id": 9223372036854775808}""", "agent_id: must be a whole number of 64 bits" },
        { "events", """{"agent_id": [1]}""", "agent_id: must be a whole number" },
        { "events", """{"status": "OFFLINE"}""", "status: did you mean AGENT_STATUS_OFFLINE?" },
        { "events", """{"status": "AGENT_STATUS_OFLLINE"}""", "status: did you mean AGENT_STATUS_OFFLINE?" },
        { "events", """{"status": true}""", "status: must be the name of a AgentStatus as a string" },
        { "events", """{"status": "1"}""", "status: is no AgentStatus: \"1\"" },
        { "events", """{"label": 5}""", "label: must be a string" },
        { "events", """{"occurred_at": "yesterday"}""", "occurred_at: must be a time like 2026-03-01T09:00:00Z" },
        { "events", """{"occurred_at": 1772355600}""", "occurred_at: must be a string like" },
        { "events", """{"occurred_at": {"seconds": 1}}""", "occurred_at: must be a string like" },
        { "agents/7:classify", """{"record": "true"}""", "record: must be true or false" },
        { "agents/x:classify", "{}", "agent_id: must be a whole number of 64 bits, not \"x\"" },
        { "agents/7:classify?outcome=1", "{}", "outcome: is in the query" },
        { "rings:classify", """{"targets": {}}""", "targets: must be an array" },
        { "rings:classify", """{"targets": null}""", "targets: must be an array" },
        {
            "rings:classify",
            """{"targets": [{"agent": 1}, 7, null]}""",
            "targets[0].agent: did you mean agent_id?; targets[1]: must be an object; targets[2]: must be an object"
        },
        {
            "events:batch",
            """{"events": [{"agent_id": 1}, {"occured_at": 1}]}""",
            "events[1].occured_at: did you mean occurred_at?"
        },
        { "events", "", "body: is no JSON, in line 1 at byte 1" },
        { "events", "{\n\"label\": ", "body: is no JSON, in line 2" },
        { "events", "{} {}", "body: is no JSON, in line 1 at byte 4" },
        { "events", "[]", "body: must be a JSON object" },
        { "events", "null", "body: must be a JSON object" },
        { "events", """{"label": "\ud800"}""", "body: has a string that is no text" },
        { "events", new string('[', 100), "body: must be a JSON object" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public Task A_body_with_a_fault_is_told_which(string path, string body, string faults) =>
        AssertFaultsAsync(PostAsync($"{Company}/{path}", body), faults);

    [Theory]
    [InlineData("breakdown?start_tme=2026-03-01T09:00:00Z", "start_tme: did you mean start_time?")]
    [InlineData("breakdown?agent_id=1", "agent_id: did you mean agent_ids?")]
    [InlineData("breakdown?company_id=2", "company_id: is not the one of the path, \"1\"")]
    [InlineData("breakdown?granularity=DAY", "granularity: did you mean GRANULARITY_DAY?")]
    [InlineData("breakdown?time_zone=a&timeZone=b", "time_zone: is there twice")]
    [InlineData("breakdown?page_size=1&page_size=2", "page_size: is there twice")]
    [InlineData("breakdown?page_size=1e3", "page_size: must be a whole number of 32 bits, not \"1e3\"")]
    [InlineData("breakdown?include_segments=yes", "include_segments: must be true or false, not \"yes\"")]
    [InlineData("breakdown?agent_ids=1&agent_ids=x", "agent_ids: must be a whole number of 64 bits, not \"x\"")]
    [InlineData("breakdown?start_time=2026-03-01T09:00:00+01:00", "start_time: a + is written %2B")]
    [InlineData("breakdown?start_time=", "start_time: must be a time like")]
    [InlineData("agents/7/events?=1", ": is no field of ListStatusEventsRequest; known:")]
    [InlineData("calls/seven/steps", "call_id: must be a whole number of 64 bits, not \"seven\"")]
    public Task A_query_with_a_fault_is_told_which(string path, string faults) =>
        AssertFaultsAsync(Client.GetAsync($"{Company}/{path}"), faults);

    [Fact]
    public async Task What_the_RPC_refuses_says_what_it_says_over_gRPC()
    {
        await AssertFaultsAsync(
            PostAsync($"{Company}/events", """{"agent_id": "-1"}"""),
            "agent_id: must be 1 or more; status: must be given; origin: must be given");
        await JsonAsync(PostAsync(
            $"{Company}/events", """{"agent_id": 1, "status": 1, "origin": 1, "event_id": "a"}"""));
        var taken = await JsonAsync(
            PostAsync($"{Company}/events", """{"agent_id": 2, "status": 1, "origin": 1, "event_id": "a"}"""),
            HttpStatusCode.Conflict);
        Assert.Equal("EVENT_ID_TAKEN", taken.GetProperty("details")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task No_more_faults_than_are_named_are_looked_for()
    {
        var error = await JsonAsync(
            PostAsync($"{Company}/events:batch", $$"""{"events": [{{string.Join(',', new int[900_000])}}]}"""),
            HttpStatusCode.BadRequest);
        Assert.Equal(
            ServerLimits.NamedFaults, error.GetProperty("details")[0].GetProperty("fieldViolations").GetArrayLength());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/ld+json")]
    [InlineData("application/json; charset=utf-16")]
    public async Task A_body_of_another_kind_is_refused(string? type)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        if (type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var error = await JsonAsync(
            Client.PostAsync($"{Company}/agents/7:classify", content), HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("application/json", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_compressed_body_is_refused()
    {
        var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        await JsonAsync(Client.PostAsync($"{Company}/agents/7:classify", content), HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("agents/7:classify", nameof(ServerLimits.JsonSmallBytes), ServerLimits.JsonSmallBytes)]
    [InlineData("rings:classify", nameof(ServerLimits.JsonBytes), ServerLimits.JsonBytes)]
    [InlineData("events:batch", nameof(ServerLimits.JsonBatchBytes), ServerLimits.JsonBatchBytes)]
    public async Task A_body_that_is_too_long_is_told_the_limit(string path, string limit, int bytes)
    {
        var least = "{}".PadRight(bytes);
        await JsonAsync(PostAsync($"{Company}/{path}", least));

        // Who sends much asks before, as curl does: the connection is closed, not read to its end.
        using var announced = new HttpRequestMessage(HttpMethod.Post, $"{Company}/{path}")
        {
            Content = new StringContent(least + " ", Encoding.UTF8, "application/json"),
            Headers = { ExpectContinue = true },
        };
        var error = await JsonAsync(Client.SendAsync(announced), HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains($"{limit} is {bytes}", error.GetProperty("message").GetString());

        // Its length is not said before.
        using var chunked = new HttpRequestMessage(HttpMethod.Post, $"{Company}/{path}")
        {
            Content = new StringContent(least + " ", Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = true },
        };
        await JsonAsync(Client.SendAsync(chunked), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Headers_and_first_lines_that_are_too_long_are_refused()
    {
        var long1 = new string('1', ServerLimits.RequestHeaderBytes);
        using var line = await Client.GetAsync($"{Company}/calls/{long1}/steps");
        Assert.Equal(HttpStatusCode.RequestUriTooLong, line.StatusCode);
        using var headers = new HttpRequestMessage(HttpMethod.Get, $"{Company}/hours") { Headers = { { "x", long1 } } };
        using var refused = await Client.SendAsync(headers);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task A_breakdown_may_name_as_many_agents_as_it_has()
    {
        var agents = Enumerable.Range(1, Limits.BreakdownAgents).Select(agent => $"&agentIds={100_000_000 + agent}");
        var breakdown = await JsonAsync(Client.GetAsync(
            $"{Company}/breakdown?start_time=2026-03-02T00:00:00Z&end_time=2026-03-02T01:00:00Z"
            + string.Concat(agents)));
        Assert.Equal(Limits.BreakdownAgents, breakdown.GetProperty("agents").GetArrayLength());
    }

    [Fact]
    public async Task What_is_not_there_says_so_as_JSON()
    {
        var unknown = await JsonAsync(Client.GetAsync($"{Company}/nothing"), HttpStatusCode.NotFound);
        Assert.Equal(5, unknown.GetProperty("code").GetInt32());
        var method = await JsonAsync(Client.DeleteAsync($"{Company}/events"), HttpStatusCode.MethodNotAllowed);
        Assert.Contains("try POST", method.GetProperty("message").GetString());
    }

    /// <summary>Bodies and queries with some characters changed: never a fault of ours, and nothing in the
    /// log.</summary>
    [Fact]
    public Task Whatever_is_sent_is_the_sender_s_fault() => Seeds.ForEachAsync(1, async random =>
    {
        const string characters = "{}[]\":,\\01.-+eEnulltrufas _\u00e9\ud83d\ude00\u0000\t&=%?";
        for (var i = 0; i < 1_500; i++)
        {
            var (path, body) = Fuzzed[random.Next(Fuzzed.Length)];
            var text = (body ?? path).ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                text[random.Next(text.Length)] = characters[random.Next(characters.Length)];
            using var response = body is null
                ? await Client.GetAsync($"{Company}/calls?{Uri.EscapeDataString(new(text)).Replace("%3D", "=")}")
                : await PostAsync($"{Company}/{path}", new string(text));
            var said = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode < 500, $"{path} {new string(text)}: {response.StatusCode} {said}");
            Assert.DoesNotContain("cannot be converted", said);
            Assert.DoesNotContain("not correctly formatted", said);
        }
    });

    private static readonly (string Path, string? Body)[] Fuzzed =
    [
        (
            "events",
            """
            {"agent_id": "7", "status": "AGENT_STATUS_AWAY", "origin": 1, "occurred_at": "2026-03-01T09:00:00.5+01:00",
             "sequence": -1, "label": "a", "event_id": null}
            """),
        ("events:batch", """{"events": [{"agent_id": 7, "callId": "5"}, {"label": "\u0041", "actor": "\ud83d"}]}"""),
        ("rings:classify", """{"targets": [{"agent_id": 1, "outcome": "RING_OUTCOME_REJECTED"}], "record": false}"""),
        ("start_time=2026-03-01T09:00:00Z", null),
        ("pageSize=17", null),
    ];

    private static async Task AssertFaultsAsync(Task<HttpResponseMessage> sent, string faults)
    {
        var error = await JsonAsync(sent, HttpStatusCode.BadRequest);
        Assert.Equal(3, error.GetProperty("code").GetInt32());
        var detail = error.GetProperty("details")[0];
        Assert.Equal("type.googleapis.com/google.rpc.BadRequest", detail.GetProperty("@type").GetString());
        var found = detail.GetProperty("fieldViolations").EnumerateArray().Select(Text).ToList();
        var expected = faults.Split("; ").ToList();
        Assert.All(expected, fault => Assert.Contains(fault.Split(": ")[0], string.Join(' ', found)));
        Assert.Equal(
            expected.Where(fault => !fault.StartsWith("known", StringComparison.Ordinal)).Count(), found.Count);
        foreach (var (one, fault) in found.Zip(expected))
        {
            Assert.StartsWith($"{fault.Split(": ")[0]}: ", one);
            Assert.Contains(fault[(fault.IndexOf(": ", StringComparison.Ordinal) + 2)..], one);
        }

        static string Text(JsonElement fault) =>
            $"{fault.GetProperty("field").GetString()}: {fault.GetProperty("description").GetString()}";
    }
}
