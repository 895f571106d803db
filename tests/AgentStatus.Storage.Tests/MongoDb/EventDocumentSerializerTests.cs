using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>The short way through an event gives what the long way gives.</summary>
public sealed class EventDocumentSerializerTests
{
    private static readonly BsonDocument Plain = new()
    {
        { "_id", "3/a" }, { "company_id", 3L }, { "agent_id", 7L }, { "event_id", "a" }, { "status", "ON_CALL" },
        { "origin", "CALL" }, { "occurred_at", new BsonDateTime(-5) }, { "recorded_at", new BsonDateTime(6) },
        { "server_id", "one" }, { "sequence", 12L },
    };

    private static readonly BsonDocument Rich = new BsonDocument(Plain)
    {
        { "event_sequence", 3L }, { "call_id", 5001L }, { "device_id", "tab" }, { "label", "Přestávka" },
        { "actor", "rule" },
    }.Set("server_id", "another");

    /// <summary>As an index gives them.</summary>
    private static readonly BsonDocument OfIndex = new()
    {
        { "agent_id", 7L }, { "event_id", "a" }, { "status", "AWAY" }, { "origin", "AGENT" },
        { "occurred_at", new BsonDateTime(-5) }, { "call_id", BsonNull.Value }, { "label", BsonNull.Value },
    };

    private static readonly BsonDocument Imported =
        new(Plain.Where(field => field.Name is not ("server_id" or "sequence")));

    public static TheoryData<BsonDocument> All => new(
        Plain,
        Rich,
        OfIndex,
        Imported,
        new BsonDocument(Rich.Reverse()),
        new BsonDocument(Rich) { { "more", new BsonArray { 1, "two", BsonNull.Value } } },
        new BsonDocument(Rich).Set("agent_id", 7).Set("sequence", 12.0));

    [Theory]
    [MemberData(nameof(All))]
    public void An_event_is_what_its_fields_say(BsonDocument document)
    {
        // As in an answer: several in a row, so that what the reader leaves behind counts.
        BsonDocument[] some = [document, Rich, document, Plain];

        Assert.Equal(some.Select(EventDocument.Read), Read(some));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("company_id")]
    [InlineData("sequence")]
    [InlineData("occurred_at")]
    public void An_incomplete_event_is_named(string missing)
    {
        var document = new BsonDocument(Plain);
        document.Remove(missing);

        var refused = Assert.Throws<StoreException>(() => Read([Plain, document]));

        Assert.Contains($"_id \"3/a\": Element '{missing}' not found", refused.Message);
    }

    private static List<EventDocument> Read(IEnumerable<BsonDocument> documents)
    {
        var answer = new BsonDocument("batch", new BsonArray(documents));
        using var reader = new BsonBinaryReader(new ByteBufferStream(new ByteArrayBuffer(answer.ToBson())));
        var context = BsonDeserializationContext.CreateRoot(reader);
        var serializer = new EventDocumentSerializer();
        var read = new List<EventDocument>();
        reader.ReadStartDocument();
        reader.ReadName("batch");
        reader.ReadStartArray();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
            read.Add(serializer.Deserialize(context, default));
        reader.ReadEndArray();
        reader.ReadEndDocument();
        return read;
    }
}
