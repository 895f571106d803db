using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// The indexes, made at start where they are missing. None is unique but _id, which begins with the company: so the
/// collections can be sharded by company_id.
/// </summary>
internal static class Indexes
{
    /// <summary>
    /// An agent's events of one origin, in order: every read is a few seeks into it. With the status it holds all that
    /// is read, so that the documents are not fetched.
    /// </summary>
    private static readonly string[] AgentEvents =
        ["company_id", "agent_id", "origin", "occurred_at", "event_id", "status"];

    /// <summary>What one server stored, by which the others follow it.</summary>
    private static readonly string[] ServerSequence = ["server_id", "sequence"];

    /// <summary>
    /// An agent's periods that lasted after an instant: also those that began after it, for a period ends after it
    /// began. A lasting one has null, which comes first.
    /// </summary>
    private static readonly string[] AgentPeriods = ["company_id", "agent_id", "ended_at"];

    /// <summary>Periods that older hours made stale. A company has few versions: one seek each.</summary>
    private static readonly string[] StalePeriods = ["company_id", "hours_in_force_from", "ended_at"];

    public static void Make(MongoClient client)
    {
        Make(client, Collections.Events, AgentEvents, ServerSequence);
        Make(client, Collections.Hours, ServerSequence);
        Make(client, Collections.OfflinePeriods, AgentPeriods, StalePeriods);
    }

    private static void Make(MongoClient client, string collection, params string[][] indexes)
    {
        var command = new BsonWriter().Begin().String("createIndexes"u8, collection).BeginArray("indexes"u8);
        foreach (var fields in indexes)
        {
            command.BeginDocument().BeginDocument("key"u8);
            foreach (var field in fields)
                command.Int32(System.Text.Encoding.ASCII.GetBytes(field), 1);
            command.End().String("name"u8, string.Join('_', fields)).End();
        }

        command.End().BeginDocument("writeConcern"u8).String("w"u8, "majority").End();
        client.Run(command.Finish());
    }
}
