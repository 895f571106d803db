using System.Buffers;
using System.Text;
using System.Text.Json;
using AgentStatus.Server.Http;
using AgentStatus.Server.Tests.Grpc;

namespace AgentStatus.Server.Tests.Http;

/// <summary>JSON from bytes is what Google's own parser makes the same message of.</summary>
public sealed class MessageJsonTests
{
    private static readonly MessageJson Form = new(GetBreakdownResponse.Descriptor);

    private static readonly string[] Texts = ["", "Lunch", "\"\\/\b\u0001\u007f", "Žofie \u2028<>&'", "\U0001F600"];

    [Fact]
    public void Any_breakdown_is_read_back_as_it_was() => Seeds.ForEach(300, random =>
    {
        var message = new GetBreakdownResponse
        {
            Agents = { Some(random, Agent) },
            NextPageToken = Text(random),
            TimeZone = Text(random),
            CompleteThrough = random.Next(9) == 0 ? null : WireTime.Timestamp(Instant(random)),
        };
        Assert.Equal(message, JsonParser.Default.Parse<GetBreakdownResponse>(JsonOf(message.ToByteArray())));
    });

    [Fact]
    public void What_is_not_set_has_its_default_and_times_are_left_out()
    {
        var agent = new AgentBreakdown { Segments = { new StatusSegment() } };
        Assert.Equal(
            """
            {"agents":[{"agentId":"0","buckets":[],"segments":[{"status":"AGENT_STATUS_UNSPECIFIED",
            "origin":"STATUS_ORIGIN_UNSPECIFIED","carriedIn":false,"open":false,"inBusinessHours":false,"label":""}],
            "hoursFault":""}],"nextPageToken":"","timeZone":""}
            """.ReplaceLineEndings(""),
            JsonOf(new GetBreakdownResponse { Agents = { agent } }.ToByteArray()));
        Assert.Equal("""{"agents":[],"nextPageToken":"","timeZone":""}""", JsonOf([]));
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused()
    {
        var bytes = new GetBreakdownResponse { CompleteThrough = new() { Seconds = 1 } }.ToByteArray();
        foreach (var broken in new[] { bytes[..^1], [.. bytes, 0x7A, 0], [.. bytes, 0xFF], [0x08, 0x01] })
            Assert.Throws<InvalidOperationException>(() => JsonOf(broken));
    }

    private static string JsonOf(byte[] message)
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text, MessageJson.Options);
        var reader = new WireReader(message);
        var last = 0;
        json.WriteStartObject();
        while (!reader.IsAtEnd) Form.WriteNext(ref reader, ref last, json);
        Form.WriteEnd(last, json);
        json.Flush();
        using var read = JsonDocument.Parse(text.WrittenMemory);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static AgentBreakdown Agent(Random random) => new()
    {
        AgentId = random.NextInt64(random.Next(2) == 0 ? 9 : long.MaxValue),
        Buckets = { Some(random, Bucket) },
        Segments = { Some(random, SegmentOf) },
        HoursFault = Text(random),
    };

    private static BreakdownBucket Bucket(Random random) => new()
    {
        StartTime = WireTime.Timestamp(Instant(random)),
        EndTime = WireTime.Timestamp(Instant(random)),
        Durations =
        {
            Some(random, random => new StatusDuration
            {
                Status = (V1.AgentStatus)random.Next(8),
                Duration = WireTime.Duration(Elapsed(random)),
                Label = Text(random),
            }),
        },
        OutsideHours = WireTime.Duration(Elapsed(random)),
        Unknown = WireTime.Duration(Elapsed(random)),
        HandleTime = WireTime.Duration(0),
    };

    private static StatusSegment SegmentOf(Random random) => new()
    {
        Status = (V1.AgentStatus)random.Next(8),
        StartTime = WireTime.Timestamp(Instant(random)),
        EndTime = WireTime.Timestamp(Instant(random)),
        Origin = (StatusOrigin)random.Next(6),
        CarriedIn = random.Next(2) == 0,
        Open = random.Next(2) == 0,
        InBusinessHours = random.Next(2) == 0,
        Label = Text(random),
    };

    private static IEnumerable<T> Some<T>(Random random, Func<Random, T> make) =>
        Enumerable.Range(0, random.Next(4)).Select(_ => make(random)).ToList();

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static long Instant(Random random) => random.Next(3) == 0
        ? random.NextInt64(-2, 2)
        : random.NextInt64(Limits.FirstInstantMs, Limits.LastInstantMs);

    private static long Elapsed(Random random) =>
        random.NextInt64(random.Next(2) == 0 ? 2_000 : Limits.LastInstantMs - Limits.FirstInstantMs);
}
