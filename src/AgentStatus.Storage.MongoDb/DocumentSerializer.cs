using MongoDB.Bson.Serialization.Serializers;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of a collection, read and written field by field: without attributes and reflection.</summary>
internal interface IDocument<T>
{
    static abstract string Collection { get; }

    /// <summary>Reads a document; throws where it is of another kind.</summary>
    static abstract T Read(BsonDocument document);

    /// <summary>Writes the fields.</summary>
    void Write(IBsonWriter writer) => throw new NotSupportedException($"{typeof(T)} is not written as a whole.");
}

/// <summary>What a server stored in its order; see <see cref="SequenceNumbers"/>.</summary>
internal interface INumberedDocument
{
    string? Id { get; }

    /// <summary>The server that stored it; null where none numbered it, such as an import's.</summary>
    string? ServerId { get; }

    /// <summary>That server's number for it.</summary>
    long Number { get; }
}

/// <summary>Names a document of another kind in a <see cref="StoreException"/>.</summary>
internal class DocumentSerializer<T> : SerializerBase<T>
    where T : IDocument<T>
{
    public override T Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        var start = context.Reader.GetBookmark();
        try
        {
            return T.Read(BsonDocumentSerializer.Instance.Deserialize(context));
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException or InvalidCastException
            or OverflowException or KeyNotFoundException)
        {
            context.Reader.ReturnToBookmark(start);
            var document = BsonDocumentSerializer.Instance.Deserialize(context);
            throw new StoreException(
                $"{T.Collection} has a document that this server cannot read, {Name(document)}: {failure.Message}",
                failure);
        }
    }

    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, T value)
    {
        context.Writer.WriteStartDocument();
        value.Write(context.Writer);
        context.Writer.WriteEndDocument();
    }

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
