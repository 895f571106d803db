namespace AgentStatus.Storage.MongoDb;

/// <summary>Some agents of one company, read for memory with a few commands whatever the length of their
/// history.</summary>
internal sealed class MemoryPortion
{
    /// <summary>The index has this order: the server steps from one agent and origin to the next by a seek.</summary>
    private static readonly FindOptions<EventDocument, MemorySlice> InOrder = new()
    {
        Projection = EventReads.Fields,
        Sort = new BsonDocument
        {
            { "company_id", 1 }, { "agent_id", 1 }, { "origin", 1 }, { "occurred_at", 1 }, { "event_id", 1 },
        },
    };

    private readonly long _companyId;
    private readonly ILookup<long, StatusEvent> _preceding;
    private readonly List<MemorySlice> _recent = [];
    private readonly AgentMerge _merge = new();
    private readonly List<AgentEvents> _read = [];

    private MemoryPortion(long companyId, IEnumerable<StatusEvent> preceding)
    {
        _companyId = companyId;
        _preceding = preceding.ToLookup(one => one.Agent.AgentId, IdComparer.Instance);
    }

    /// <summary>Reads them, by agent. The agents' ids ascend. Each answer may take the whole time.</summary>
    public static async Task<List<AgentEvents>> ReadAsync(
        StatusDatabase database,
        long companyId,
        long[] agentIds,
        long horizonMs,
        Retractions retracted,
        TimeLimit time)
    {
        // Where all are young, as in a store's first weeks, one command saves those of each agent.
        List<StatusEvent> preceding =
            await EventReads.AnyPrecedesAsync(database, companyId, agentIds[0], agentIds[^1], horizonMs, time)
                ? await EventReads.ReadPrecedingAsync(database, companyId, agentIds, horizonMs, retracted, time)
                : [];
        var portion = new MemoryPortion(companyId, preceding);
        var filter = new BsonDocument
        {
            { "company_id", companyId },
            { "agent_id", new BsonDocument { { "$gte", agentIds[0] }, { "$lte", agentIds[^1] } } },
            { "occurred_at", new BsonDocument("$gte", DocumentFields.Bound(horizonMs)) },
        };
        var at = 0;
        await foreach (var slice in database.Events.ReadAsync(filter, time, InOrder))
        {
            while (agentIds[at] < slice.AgentId)
                portion.Finish(agentIds[at++]);
            // One of an agent that is not asked for is left out.
            if (agentIds[at] != slice.AgentId) continue;
            if (!retracted.Contains(companyId, slice.EventId)) portion._recent.Add(slice);
        }

        while (at < agentIds.Length)
            portion.Finish(agentIds[at++]);
        return portion._read;
    }

    /// <summary>All of the agent has come: recent events by origin and order.</summary>
    private void Finish(long agentId)
    {
        _merge.Clear();
        _merge.ReplaceCarried([.. _preceding[agentId]]);
        foreach (var origin in _recent.GroupBy(slice => slice.Event.Origin))
        {
            _merge.BeginRun();
            foreach (var slice in origin)
                _merge.Add(slice.Event, slice.Sequence, slice.EventId);
        }

        _recent.Clear();
        if (_merge.Merge() is { Count: > 0 } events)
            _read.Add(new(new(_companyId, agentId), [.. events]));
    }
}
