using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// What a start reads: the companies and their agents by stepping through the index, then the agents in portions, some
/// of them at a time and ahead of who takes them.
/// </summary>
internal sealed class MemoryRead(MongoConnection connection, long horizonMs)
{
    /// <summary>Agents of a portion: their recent events come with one find.</summary>
    private const int PortionAgents = 50;

    /// <summary>Portions that are read at a time: half of the clients for reads.</summary>
    private const int PortionsAhead = 8;

    /// <summary>Reads all agents, by company and agent.</summary>
    /// <exception cref="MongoException">It failed.</exception>
    public IEnumerable<AgentEvents> Agents()
    {
        var ahead = new Queue<Task<List<AgentEvents>>>();
        try
        {
            foreach (var (companyId, agentIds) in Portions())
            {
                ahead.Enqueue(Begin(companyId, agentIds));
                if (ahead.Count < PortionsAhead)
                    continue;
                foreach (var agent in ahead.Dequeue().GetAwaiter().GetResult())
                    yield return agent;
            }

            while (ahead.TryDequeue(out var next))
            {
                foreach (var agent in next.GetAwaiter().GetResult())
                    yield return agent;
            }
        }
        finally
        {
            // Whoever stops early, or meets a failure, leaves none behind.
            foreach (var portion in ahead)
                ((IAsyncResult)portion).AsyncWaitHandle.WaitOne();
        }
    }

    private IEnumerable<(long CompanyId, long[] AgentIds)> Portions()
    {
        foreach (var companyId in Distinct("company_id", null))
        {
            foreach (var agentIds in Distinct("agent_id", companyId).Chunk(PortionAgents))
                yield return (companyId, agentIds);
        }
    }

    private Task<List<AgentEvents>> Begin(long companyId, long[] agentIds) => Task.Factory.StartNew(
        () =>
        {
            using var client = connection.Rent();
            return MemoryPortion.Read(client, companyId, agentIds, horizonMs);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The ids that occur, ascending. The answer is one document: room for half a million and more.</summary>
    private List<long> Distinct(string field, long? companyId)
    {
        var command = new BsonWriter().Begin().String("distinct"u8, Collections.Events).String("key"u8, field);
        command.BeginDocument("query"u8);
        if (companyId is { } value)
            command.Int64("company_id"u8, value);
        command.End().BeginDocument("readConcern"u8).String("level"u8, "majority").End();
        byte[] reply;
        using (var client = connection.Rent())
            reply = client.Run(command.Finish());
        return MongoFailures.Decode(Collections.Events, reply, ReadValues);
    }

    private static List<long> ReadValues(ReadOnlySpan<byte> reply)
    {
        var reader = new BsonReader(reply);
        reader.Require("values"u8);
        var values = reader.GetArray();
        var ids = new List<long>();
        while (values.Read())
            ids.Add(values.GetInt64());
        ids.Sort();
        return ids;
    }
}
