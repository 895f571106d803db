using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// A write that changes nothing, and is confirmed only by a primary that has a majority: it removes what is never
/// there.
/// </summary>
internal static class WriteProbe
{
    /// <exception cref="MongoException">It was refused, or not confirmed.</exception>
    public static bool Make(MongoClient client)
    {
        using var bulk = client.Bulk(Collections.Servers);
        bulk.DeleteOne(new BsonWriter().Begin().String("_id"u8, "").Finish());
        var result = bulk.Execute();
        if (result.Unconfirmed is { } unconfirmed)
            throw unconfirmed;
        return result.Errors is [] ? true
            : throw new MongoException(MongoErrorDomain.Server, result.Errors[0].Code, result.Errors[0].Message);
    }
}
