using AgentStatus.Core;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Reads and writes the documents of a collection field by field: without attributes and reflection, and without a
/// BsonDocument in between where it counts. A document of another kind is named in a <see cref="StoreException"/>.
/// </summary>
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

/// <summary>What documents and filters have in common.</summary>
internal static class DocumentFields
{
    public static void WriteAgent(this IBsonWriter writer, AgentKey agent)
    {
        writer.WriteInt64("company_id", agent.CompanyId);
        writer.WriteInt64("agent_id", agent.AgentId);
    }

    public static void WriteDateOrNull(this IBsonWriter writer, string name, long? milliseconds)
    {
        writer.WriteName(name);
        if (milliseconds is { } value)
            writer.WriteDateTime(value);
        else
            writer.WriteNull();
    }

    /// <summary>An int64, an int32, or a double without a fraction: servers and shells choose among them.</summary>
    public static long ReadWholeNumber(this IBsonReader reader) => reader.CurrentBsonType switch
    {
        BsonType.Int32 => reader.ReadInt32(),
        BsonType.Double => Whole(reader.ReadDouble()),
        _ => reader.ReadInt64(),
    };

    public static long WholeNumber(this BsonDocument document, string name) => document[name] switch
    {
        BsonDouble number => Whole(number.Value),
        var number => number.IsInt32 ? number.AsInt32 : number.AsInt64,
    };

    public static long Date(this BsonDocument document, string name) =>
        document[name].AsBsonDateTime.MillisecondsSinceEpoch;

    public static long? DateOrNull(this BsonDocument document, string name) =>
        document[name].IsBsonNull ? null : document.Date(name);

    /// <summary>
    /// A date to compare with. An instant beyond the years that occur becomes the first or the one after the last:
    /// databases other than MongoDB know no further ones.
    /// </summary>
    public static BsonDateTime Bound(long milliseconds) =>
        new(Math.Clamp(milliseconds, Limits.FirstInstantMs, Limits.LastInstantMs + 1));

    private static long Whole(double number) => number == Math.Truncate(number) && Math.Abs(number) <= 1L << 53
        ? (long)number
        : throw new FormatException($"{number} is no whole number.");
}
