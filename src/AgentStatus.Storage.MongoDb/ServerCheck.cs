using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Whether a server can be used.</summary>
internal static class ServerCheck
{
    /// <summary>MongoDB 4.4, the first with $unionWith.</summary>
    private const int LeastWireVersion = 9;

    /// <exception cref="MongoException">It does not answer, refuses the user, or is too old.</exception>
    public static void Require(MongoClient client, string description)
    {
        var reply = client.Run(new BsonWriter().Begin().Int32("hello"u8, 1).Finish());
        var reader = new BsonReader(reply);
        if (reader.MoveTo("maxWireVersion"u8) && reader.GetInt64() < LeastWireVersion)
        {
            throw new MongoException(MongoErrorDomain.Protocol, 0,
                $"MongoDB at {description} is older than 4.4: use a newer one.");
        }
    }
}
