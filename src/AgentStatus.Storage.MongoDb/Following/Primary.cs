using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>Who answers for the database.</summary>
/// <param name="Election">
/// Which election made it primary; the driver never goes back to an earlier one. Null where there are none: a single
/// server, or a sharded cluster, whose router does not say.
/// </param>
/// <param name="ClockMs">Its time.</param>
internal readonly record struct Primary(string? Election, long ClockMs)
{
    private static readonly byte[] Hello = [.. new BsonWriter().Begin().Int32("hello"u8, 1).Finish()];

    public static Primary Ask(MongoClient client)
    {
        var reply = client.Run(Hello);
        var reader = new BsonReader(reply);
        reader.Require("localTime"u8);
        var clockMs = reader.GetDate();
        return new(reader.MoveTo("electionId"u8) ? Convert.ToHexString(reader.GetObjectId()) : null, clockMs);
    }
}
