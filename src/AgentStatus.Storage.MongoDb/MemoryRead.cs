namespace AgentStatus.Storage.MongoDb;

/// <summary>What a start reads: the companies and their agents by stepping through the index, then the agents in
/// portions, some of them at a time and ahead of who takes them.</summary>
internal sealed class MemoryRead(
    StatusDatabase database, TimedOperations reads, CompanyPartition companies, long horizonMs, Retractions retracted)
{
    /// <summary>Agents of a portion: their recent events come with one find.</summary>
    private const int PortionAgents = 50;

    /// <summary>Portions that are read at a time: half of what reads may have.</summary>
    private const int PortionsAhead = 8;

    /// <summary>Companies whose agents are listed at a time. While one list is awaited no portion begins, and a company
    /// may be a few agents.</summary>
    private const int ListsAhead = 4;

    /// <summary>Reads all agents, by company and agent.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public IEnumerable<AgentEvents> Agents() => Ahead(Portions(), PortionsAhead).SelectMany(agents => agents);

    private IEnumerable<Func<TimeLimit, Task<List<AgentEvents>>>> Portions() =>
        from list in Ahead(Lists(), ListsAhead)
        from agentIds in list.AgentIds.Chunk(PortionAgents)
        select (Func<TimeLimit, Task<List<AgentEvents>>>)(
            time => MemoryPortion.ReadAsync(database, list.CompanyId, agentIds, horizonMs, retracted, time));

    private IEnumerable<Func<TimeLimit, Task<(long CompanyId, List<long> AgentIds)>>> Lists() =>
        reads.Run(time => DistinctAsync("company_id", [], time)).Where(companies.Contains).Select(
            id => (Func<TimeLimit, Task<(long, List<long>)>>)(
                async time => (id, await DistinctAsync("agent_id", new("company_id", id), time))));

    /// <summary>Gives what the reads give, in their order; some of them are under way at a time.</summary>
    private IEnumerable<T> Ahead<T>(IEnumerable<Func<TimeLimit, Task<T>>> some, int count)
    {
        var ahead = new Queue<Task<T>>();
        try
        {
            foreach (var read in some)
            {
                ahead.Enqueue(reads.RunAsync(read, nameof(IStatusStore.ReadMemory)));
                if (ahead.Count == count)
                    yield return TimedOperations.Wait(ahead.Dequeue());
            }

            while (ahead.TryDequeue(out var next))
                yield return TimedOperations.Wait(next);
        }
        finally
        {
            // Whoever stops early, or meets a failure, leaves none behind.
            foreach (var read in ahead)
                ((IAsyncResult)read).AsyncWaitHandle.WaitOne();
        }
    }

    /// <summary>The ids that occur, ascending. The answer is one document: room for half a million and more.</summary>
    private async Task<List<long>> DistinctAsync(string field, BsonDocument filter, TimeLimit time)
    {
        using var cursor = await database.Events.DistinctAsync<long>(field, filter, cancellationToken: time.Token);
        var ids = await cursor.ToListAsync(time.Token);
        ids.Sort();
        return ids;
    }
}
