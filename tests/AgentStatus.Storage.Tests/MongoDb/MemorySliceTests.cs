using System.Text;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>The start's short way through an event gives what the long way gives.</summary>
public sealed class MemorySliceTests
{
    private static readonly BsonDocument Usual = new()
    {
        { "agent_id", 7L }, { "event_id", "a" }, { "status", "ON_CALL" }, { "origin", "CALL" },
        { "occurred_at", new BsonDateTime(-5) }, { "call_id", 5001L }, { "event_sequence", 3L },
        { "device_id", BsonNull.Value }, { "label", BsonNull.Value },
    };

    public static TheoryData<BsonDocument> Odd => new(
        new BsonDocument(Usual.Reverse()),
        new BsonDocument(Usual) { { "more", new BsonArray { 1, "two", BsonNull.Value } } },
        new BsonDocument(Usual).Set("agent_id", 7),
        new BsonDocument(Usual).Set("agent_id", 7.0));

    [Fact]
    public void An_event_of_ours_is_read_in_place() => AssertRead(Usual);

    [Theory]
    [MemberData(nameof(Odd))]
    public void An_event_of_another_shape_is_read_all_the_same(BsonDocument document) => AssertRead(document);

    [Theory]
    [InlineData("status")]
    [InlineData("agent_id")]
    [InlineData("event_id")]
    public void An_incomplete_event_is_named(string missing)
    {
        var document = new BsonDocument(Usual);
        document.Remove(missing);

        var refused = Assert.Throws<StoreException>(() => Read(document));

        Assert.Contains($"'{missing}' not found", refused.Message);
        Assert.Contains("occurred_at -5 ms", refused.Message);
    }

    private static void AssertRead(BsonDocument document)
    {
        // As in an answer: several in a row, so that what the reader leaves behind counts.
        foreach (var slice in Read(document))
        {
            Assert.Equal(
                (7, new MemoryEvent(-5, Status.OnCall, Origin.Call, 5001, 0, null), 3),
                (slice.AgentId, slice.Event, slice.Sequence));
            Assert.Equal("a", Encoding.UTF8.GetString(slice.EventId));
        }
    }

    private static List<MemorySlice> Read(BsonDocument document)
    {
        var answer = new BsonDocument("batch", new BsonArray { document, document, document });
        using var reader = new BsonBinaryReader(new ByteBufferStream(new ByteArrayBuffer(answer.ToBson())));
        var context = BsonDeserializationContext.CreateRoot(reader);
        var slices = new List<MemorySlice>();
        reader.ReadStartDocument();
        reader.ReadName("batch");
        reader.ReadStartArray();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
            slices.Add(new MemorySliceSerializer().Deserialize(context, default));
        reader.ReadEndArray();
        reader.ReadEndDocument();
        Assert.Equal(3, slices.Count);
        return slices;
    }
}
