namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>Reads what servers and the driver answer.</summary>
internal static class MongoReply
{
    /// <summary>A copy of a command's reply.</summary>
    /// <exception cref="MongoException">It has a write-concern error: the driver leaves that to its caller.</exception>
    public static byte[] Checked(ReadOnlySpan<byte> reply, MongoConnection connection)
    {
        var reader = new BsonReader(reply);
        if (reader.MoveTo("writeConcernError"u8) && reader.Type == BsonType.Document)
        {
            var (_, code, message) = ReadError(reader.GetDocument());
            throw new MongoException(MongoErrorDomain.WriteConcern, code,
                $"MongoDB at {connection.Description}: {message}");
        }
        return reply.ToArray();
    }

    public static MongoBulkResult ToBulkResult(ReadOnlySpan<byte> reply)
    {
        var result = MongoBulkResult.Nothing;
        var reader = new BsonReader(reply);
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual("nInserted"u8))
                result = result with { Inserted = reader.GetInt64() };
            else if (reader.Name.SequenceEqual("nMatched"u8))
                result = result with { Matched = reader.GetInt64() };
            else if (reader.Name.SequenceEqual("nModified"u8))
                result = result with { Modified = reader.GetInt64() };
            else if (reader.Name.SequenceEqual("nUpserted"u8))
                result = result with { Upserted = reader.GetInt64() };
            else if (reader.Name.SequenceEqual("nRemoved"u8))
                result = result with { Deleted = reader.GetInt64() };
            else if (reader.Name.SequenceEqual("writeErrors"u8))
                result = result with { Errors = ReadErrors(reader.GetArray()) };
            else if (reader.Name.SequenceEqual("writeConcernErrors"u8))
                result = result with { Unconfirmed = ReadUnconfirmed(reader.GetArray()) };
        }
        return result;
    }

    /// <summary>
    /// Whether a failed batch failed by nothing but what the result lists. Every failure of a single write is listed; a
    /// failure of the whole (network, no primary, no rights) is not, and its code is not that of a listed one.
    /// </summary>
    public static bool Explains(MongoBulkResult result, in NativeError error)
    {
        var code = (int)error.Code;
        return (MongoErrorDomain)error.Domain switch
        {
            MongoErrorDomain.WriteConcern => result.Unconfirmed is not null,
            MongoErrorDomain.Server => result.Errors.Any(listed => listed.Code == code),
            _ => false,
        };
    }

    private static List<MongoWriteError> ReadErrors(BsonReader array)
    {
        var errors = new List<MongoWriteError>();
        while (array.Read())
            errors.Add(ReadError(array.GetDocument()));
        return errors;
    }

    private static MongoException? ReadUnconfirmed(BsonReader array)
    {
        if (!array.Read())
            return null;
        var (_, code, message) = ReadError(array.GetDocument());
        return new(MongoErrorDomain.WriteConcern, code, message);
    }

    private static MongoWriteError ReadError(BsonReader error)
    {
        var index = 0;
        var code = 0;
        var message = "";
        while (error.Read())
        {
            if (error.Name.SequenceEqual("index"u8))
                index = checked((int)error.GetInt64());
            else if (error.Name.SequenceEqual("code"u8))
                code = checked((int)error.GetInt64());
            else if (error.Name.SequenceEqual("errmsg"u8))
                message = error.GetString();
        }
        return new(index, code, message);
    }
}
