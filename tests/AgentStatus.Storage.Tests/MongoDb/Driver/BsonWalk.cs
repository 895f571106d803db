using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>Reads a document to its last byte, or throws.</summary>
internal static class BsonWalk
{
    /// <returns>How many elements it has, inner ones included.</returns>
    public static int Through(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        var elements = 0;
        while (reader.Read())
        {
            elements++;
            if (reader.Type is BsonType.Document or BsonType.Array)
                elements += Through(reader.Value);
        }
        return elements;
    }
}
