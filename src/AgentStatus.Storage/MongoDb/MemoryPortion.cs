using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Some agents of one company, read for memory with two commands whatever the length of their history.
/// </summary>
internal sealed class MemoryPortion
{
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

    /// <summary>Reads them, by agent. The agents' ids ascend.</summary>
    public static List<AgentEvents> Read(MongoClient client, long companyId, long[] agentIds, long horizonMs)
    {
        var last = horizonMs > Limits.FirstInstantMs ? LastEvents.Read(client, companyId, agentIds, horizonMs) : [];
        var portion = new MemoryPortion(companyId, agentIds, last);
        using var cursor = client.Find(
            Collections.Events, Recent(companyId, agentIds, horizonMs), InOrder());
        while (cursor.TryNext(out var document))
            MongoFailures.Decode(Collections.Events, document, portion.Add);
        portion.FinishUntil(agentIds.Length);
        return portion._read;
    }

    private static ReadOnlySpan<byte> Recent(long companyId, long[] agentIds, long horizonMs) => new BsonWriter()
        .Begin()
        .Int64("company_id"u8, companyId)
        .BeginDocument("agent_id"u8).Int64("$gte"u8, agentIds[0]).Int64("$lte"u8, agentIds[^1]).End()
        .BeginDocument("occurred_at"u8).Bound("$gte"u8, horizonMs).End()
        .Finish();

    /// <summary>The index has this order: the server steps from one agent and origin to the next by a seek.</summary>
    private static ReadOnlySpan<byte> InOrder() => new BsonWriter().Begin()
        .EventFields("projection"u8)
        .BeginDocument("sort"u8)
        .Int32("company_id"u8, 1)
        .Int32("agent_id"u8, 1)
        .Int32("origin"u8, 1)
        .Int32("occurred_at"u8, 1)
        .Int32("event_id"u8, 1)
        .End()
        .Finish();

    /// <summary>
    /// Adds an event; they come by agent, origin and order. One of an agent that is not asked for is left out.
    /// </summary>
    private bool Add(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("agent_id"u8);
        var agent = Array.BinarySearch(_agentIds, reader.GetInt64());
        if (agent < 0)
            return false;
        if (agent != _agent)
            FinishUntil(agent);
        reader.Require("origin"u8);
        var origin = Words.ToOrigin(reader.GetUtf8());
        if (origin != _origin)
            BeginOrigin(origin);
        reader.Require("occurred_at"u8);
        var occurredAtMs = reader.GetDate();
        reader.Require("status"u8);
        var status = Words.ToStatus(reader.GetUtf8());
        reader.Require("event_id"u8);
        _merge.Add(occurredAtMs, status, reader.GetUtf8());
        return true;
    }

    private void BeginOrigin(Origin origin)
    {
        _origin = origin;
        _originsSeen |= 1u << (int)origin;
        _merge.BeginRun(origin);
        foreach (var last in _last[_agentIds[_agent]])
        {
            if (last.Origin == origin)
                _merge.Add(last.OccurredAtMs, last.Status, System.Text.Encoding.UTF8.GetBytes(last.EventId));
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
