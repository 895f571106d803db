using System.Text;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Some agents of one company, read for memory with two commands whatever the length of their
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
    private readonly long[] _agentIds;
    private readonly ILookup<long, StatusEvent> _last;
    private readonly AgentMerge _merge = new();
    private readonly List<AgentEvents> _read = [];
    private int _agent = -1;
    private uint _originsSeen;
    private Origin _origin;

    private MemoryPortion(long companyId, long[] agentIds, IEnumerable<StatusEvent> last)
    {
        _companyId = companyId;
        _agentIds = agentIds;
        _last = last.ToLookup(one => one.Agent.AgentId, IdComparer.Instance);
    }

    /// <summary>Reads them, by agent. The agents' ids ascend. Each answer may take the whole time.</summary>
    public static async Task<List<AgentEvents>> ReadAsync(
        StatusDatabase database, long companyId, long[] agentIds, long horizonMs, TimeLimit time)
    {
        var last = await EventReads.ReadLastAsync(database, companyId, agentIds, horizonMs, time.Token);
        var portion = new MemoryPortion(companyId, agentIds, last);
        await foreach (var slice in database.Events.ReadAsync(Recent(companyId, agentIds, horizonMs), time, InOrder))
            portion.Add(slice);
        portion.FinishUntil(agentIds.Length);
        return portion._read;
    }

    private static BsonDocument Recent(long companyId, long[] agentIds, long horizonMs) => new()
    {
        { "company_id", companyId },
        { "agent_id", new BsonDocument { { "$gte", agentIds[0] }, { "$lte", agentIds[^1] } } },
        { "occurred_at", new BsonDocument("$gte", DocumentFields.Bound(horizonMs)) },
    };

    /// <summary>Adds an event; they come by agent, origin and order. One of an agent that is not asked for is left
    /// out.</summary>
    private void Add(in MemorySlice slice)
    {
        var agent = Array.BinarySearch(_agentIds, slice.AgentId);
        if (agent < 0)
            return;
        if (agent != _agent)
            FinishUntil(agent);
        if (slice.Origin != _origin)
            BeginOrigin(slice.Origin);
        _merge.Add(slice.OccurredAtMs, slice.Status, slice.EventId);
    }

    private void BeginOrigin(Origin origin)
    {
        _origin = origin;
        _originsSeen |= 1u << (int)origin;
        _merge.BeginRun(origin);
        foreach (var last in _last[_agentIds[_agent]])
        {
            if (last.Origin == origin)
                _merge.Add(last.OccurredAtMs, last.Status, Encoding.UTF8.GetBytes(last.EventId));
        }
    }

    /// <summary>Finishes the agent under way and those before this one, and begins with this one.</summary>
    private void FinishUntil(int agent)
    {
        while (_agent < agent)
        {
            if (_agent >= 0)
                FinishAgent();
            _agent++;
            _merge.Clear();
            (_origin, _originsSeen) = (default, 0);
        }
    }

    private void FinishAgent()
    {
        foreach (var last in _last[_agentIds[_agent]])
        {
            if ((_originsSeen & (1u << (int)last.Origin)) == 0)
                BeginOrigin(last.Origin);
        }

        var events = _merge.Merge();
        if (events.Count > 0)
            _read.Add(new(new(_companyId, _agentIds[_agent]), [.. events]));
    }
}
