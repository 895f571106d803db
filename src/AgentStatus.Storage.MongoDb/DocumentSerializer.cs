using MongoDB.Bson.Serialization.Serializers;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads and writes the documents of a collection field by field: without attributes and reflection, and
/// without a BsonDocument in between where it counts. A document of another kind is named in a
/// <see cref="StoreException"/>.</summary>
internal abstract class DocumentSerializer<T>(string collection) : SerializerBase<T>
{
    public sealed override T Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        var start = context.Reader.GetBookmark();
        try
        {
            return Read(context);
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException or InvalidCastException
            or OverflowException or KeyNotFoundException)
        {
            context.Reader.ReturnToBookmark(start);
            throw new StoreException(
                $"{collection} has a document that this server cannot read, {Name(ReadWhole(context))}: "
                + failure.Message, failure);
        }
    }

    public sealed override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, T value)
    {
        context.Writer.WriteStartDocument();
        Write(context.Writer, value);
        context.Writer.WriteEndDocument();
    }

    /// <summary>Reads a document; throws where it is of another kind.</summary>
    protected abstract T Read(BsonDeserializationContext context);

    /// <summary>Writes the fields.</summary>
    protected virtual void Write(IBsonWriter writer, T value) =>
        throw new NotSupportedException($"{collection} are not written as a whole.");

    protected static BsonDocument ReadWhole(BsonDeserializationContext context) =>
        BsonDocumentSerializer.Instance.Deserialize(context);

    /// <summary>The document's _id, or what else was read of it.</summary>
    private static string Name(BsonDocument document) => document.TryGetValue("_id", out var id)
        ? $"_id {Text(id)}"
        : string.Join(", ", document.Select(field => $"{field.Name} {Text(field.Value)}"));

    private static string Text(BsonValue value) => value switch
    {
        BsonString text => $"\"{text.Value}\"",
        BsonInt32 or BsonInt64 => $"{value}",
        BsonDateTime date => $"{date.MillisecondsSinceEpoch} ms",
        _ => $"({value.BsonType})",
    };
}
