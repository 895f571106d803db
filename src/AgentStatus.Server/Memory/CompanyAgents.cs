namespace AgentStatus.Server.Memory;

/// <summary>The ids of one company's agents. One thread adds; any thread reads, without a lock.</summary>
internal sealed class CompanyAgents
{
    private long[] _ids = new long[4];
    private int _count;
    private long[] _sorted = [];

    /// <summary>Adds an agent that is not there yet. The writer's thread only.</summary>
    public void Add(long agentId)
    {
        if (_count == _ids.Length)
        {
            var grown = new long[2 * _count];
            _ids.CopyTo(grown, 0);
            Volatile.Write(ref _ids, grown);
        }

        _ids[_count] = agentId;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>The others, for who comes from now on.</summary>
    public CompanyAgents Without(IReadOnlySet<long> agentIds)
    {
        var left = new CompanyAgents();
        foreach (var agentId in Ids)
            if (!agentIds.Contains(agentId)) left.Add(agentId);
        return left;
    }

    /// <summary>The ids, as they came.</summary>
    public ArraySegment<long> Ids
    {
        get
        {
            var count = Volatile.Read(ref _count);
            return new(Volatile.Read(ref _ids), 0, count);
        }
    }

    /// <summary>All ids, ascending. Sorted anew only after one came: agents come rarely, breakdowns often.</summary>
    public long[] Sorted()
    {
        var count = Volatile.Read(ref _count);
        var sorted = Volatile.Read(ref _sorted);
        if (sorted.Length >= count) return sorted;
        sorted = Volatile.Read(ref _ids)[..count];
        Array.Sort(sorted);
        Volatile.Write(ref _sorted, sorted);
        return sorted;
    }
}
