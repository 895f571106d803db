using System.Text;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Turns what the driver throws into a <see cref="StoreException"/> that says what to check.</summary>
internal static class MongoFailures
{
    private const int IndexOptionsConflict = 85;
    private const int IndexKeySpecsConflict = 86;

    /// <summary>Runs a read.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public static T Explain<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (MongoException failure)
        {
            throw Explain(failure);
        }
    }

    public static StoreException Explain(MongoException failure) => failure switch
    {
        { Domain: MongoErrorDomain.Library } => new StoreException(failure.Message, failure),
        { IsAuthentication: true } => new StoreException(
            $"{failure.Message} Check user, password and authSource in Storage:ConnectionString; the user needs the "
            + "role readWrite on the database.", failure),
        { IsUnreachable: true } or { IsUnconfirmed: true } => Unreachable(failure),
        { Domain: MongoErrorDomain.Server, Code: IndexOptionsConflict or IndexKeySpecsConflict } => new StoreException(
            $"{failure.Message} An index of that name or those fields is there with other options: drop it.", failure),
        _ => new StoreException(failure.Message, failure),
    };

    /// <summary>A write that was not confirmed, for whatever reason: it may have been done.</summary>
    public static StoreUnreachableException Unconfirmed(MongoException failure) =>
        failure.IsUnreachable ? Unreachable(failure)
        : new($"{Explain(failure).Message} The write is not confirmed.", failure);

    /// <summary>Reads a document.</summary>
    /// <exception cref="StoreException">It is not of this schema.</exception>
    public static T Decode<T>(string collection, ReadOnlySpan<byte> document, DocumentReader<T> read)
    {
        try
        {
            return read(document);
        }
        catch (Exception failure) when (failure is MongoException or OverflowException)
        {
            throw new StoreException(
                $"{collection} has a document that this server cannot read, {Name(document)}: {failure.Message}",
                failure);
        }
    }

    private static StoreUnreachableException Unreachable(MongoException failure) => new(
        $"{failure.Message} Check that MongoDB runs, has a primary, and can be reached from here by "
        + "Storage:ConnectionString.", failure);

    /// <summary>The document's _id, or what else was read of it.</summary>
    private static string Name(ReadOnlySpan<byte> document)
    {
        try
        {
            var reader = new BsonReader(document);
            if (reader.MoveTo("_id"u8))
                return $"_id {Text(reader)}";
            var known = new List<string>();
            while (reader.Read())
                known.Add($"{Encoding.UTF8.GetString(reader.Name)} {Text(reader)}");
            return string.Join(", ", known);
        }
        catch (MongoException)
        {
            return "which is malformed";
        }
    }

    private static string Text(in BsonReader reader) => reader.Type switch
    {
        BsonType.String => $"\"{reader.GetString()}\"",
        BsonType.Int32 or BsonType.Int64 => $"{reader.GetInt64()}",
        BsonType.Date => $"{reader.GetDate()} ms",
        _ => $"({reader.Type})",
    };
}

/// <summary>
/// Reads a document; a <see cref="MongoException"/> of the domain Bson where it is another kind of document.
/// </summary>
internal delegate T DocumentReader<out T>(ReadOnlySpan<byte> document);
