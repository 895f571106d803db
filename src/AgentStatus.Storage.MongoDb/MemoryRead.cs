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

    /// <summary>
    /// Companies whose agents are listed at a time. While one list is awaited no portion begins, and a company may be
    /// a few agents.
    /// </summary>
    private const int ListsAhead = 4;

    /// <summary>Reads all agents, by company and agent.</summary>
    /// <exception cref="MongoException">It failed.</exception>
    public IEnumerable<AgentEvents> Agents() => Ahead(Portions(), PortionsAhead).SelectMany(agents => agents);

    private IEnumerable<Func<MongoClient, List<AgentEvents>>> Portions() =>
        from list in Ahead(Lists(), ListsAhead)
        from agentIds in list.AgentIds.Chunk(PortionAgents)
        select (Func<MongoClient, List<AgentEvents>>)(
            client => MemoryPortion.Read(client, list.CompanyId, agentIds, horizonMs));

    private IEnumerable<Func<MongoClient, (long CompanyId, List<long> AgentIds)>> Lists()
    {
        List<long> companies;
        using (var client = connection.Rent())
            companies = Distinct(client, "company_id", null);
        return companies.Select(id => (Func<MongoClient, (long, List<long>)>)(
            client => (id, Distinct(client, "agent_id", id))));
    }

    /// <summary>Gives what the reads give, in their order; some of them are under way at a time.</summary>
    private IEnumerable<T> Ahead<T>(IEnumerable<Func<MongoClient, T>> reads, int count)
    {
        var ahead = new Queue<Task<T>>();
        try
        {
            foreach (var read in reads)
            {
                ahead.Enqueue(Begin(read));
                if (ahead.Count == count)
                    yield return ahead.Dequeue().GetAwaiter().GetResult();
            }

            while (ahead.TryDequeue(out var next))
                yield return next.GetAwaiter().GetResult();
        }
        finally
        {
            // Whoever stops early, or meets a failure, leaves none behind.
            foreach (var read in ahead)
                ((IAsyncResult)read).AsyncWaitHandle.WaitOne();
        }
    }

    private Task<T> Begin<T>(Func<MongoClient, T> read) => Task.Factory.StartNew(
        () =>
        {
            using var client = connection.Rent();
            return read(client);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The ids that occur, ascending. The answer is one document: room for half a million and more.</summary>
    private static List<long> Distinct(MongoClient client, string field, long? companyId)
    {
        var command = new BsonWriter().Begin().String("distinct"u8, Collections.Events).String("key"u8, field);
        command.BeginDocument("query"u8);
        if (companyId is { } value)
            command.Int64("company_id"u8, value);
        command.End().BeginDocument("readConcern"u8).String("level"u8, "majority").End();
        return MongoFailures.Decode(Collections.Events, client.Run(command.Finish()), ReadValues);
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
