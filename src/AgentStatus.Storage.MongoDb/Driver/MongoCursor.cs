namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>The documents of a find, fetched batch by batch. Dispose it: the server keeps one too.</summary>
internal sealed class MongoCursor : IDisposable
{
    private readonly CursorHandle _cursor;
    private readonly MongoConnection _connection;

    internal MongoCursor(CursorHandle cursor, MongoConnection connection)
    {
        _cursor = cursor;
        _connection = connection;
    }

    /// <summary>Steps to the next document; false after the last.</summary>
    /// <param name="document">In the driver's memory: valid until the next step or Dispose.</param>
    public unsafe bool TryNext(out ReadOnlySpan<byte> document)
    {
        NativeBson* next = null;
        if (LibMongoc.CursorNext(_cursor, &next))
        {
            document = NativeBson.BytesOf(next);
            return true;
        }
        NativeError error = default;
        if (LibMongoc.CursorError(_cursor, &error))
            throw _connection.Failure(error);
        document = default;
        return false;
    }

    public void Dispose() => _cursor.Dispose();
}
