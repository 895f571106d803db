namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>Who answers for the database.</summary>
/// <param name="Election">Which election made it primary; the driver never goes back to an earlier one. Null where
/// there are none: a single server, or a sharded cluster, whose router does not say.</param>
/// <param name="ClockMs">Its time.</param>
internal readonly record struct Primary(string? Election, long ClockMs)
{
    public static async Task<Primary> AskAsync(StatusDatabase database, CancellationToken cancel)
    {
        var answer = await database.HelloAsync(cancel);
        var election = answer.TryGetValue("electionId", out var id) ? id.AsObjectId.ToString() : null;
        return new(election, answer.Date("localTime"));
    }
}
