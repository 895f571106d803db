using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AgentStatus.Server.Memory;

/// <summary>What every agent is doing and was doing: all timelines from memory's horizon on. Any thread reads, without
/// a lock; one thread publishes: the writer, or the loading at start before it.</summary>
/// <remarks>A hash table with open addressing. A slot's key is written before its words are published and never
/// changes, also where its agent is removed; a table that has grown is published whole, without those. Own code, since
/// a question about now costs one cache line for key and answer; ConcurrentDictionary goes through three, and then the
/// timeline is a miss of its own.</remarks>
internal sealed class TimelineIndex(CallLimits limits)
{
    private const int FirstCapacity = 1024;
    private const long OwnAlone = long.MaxValue;

    /// <summary>Stands in the slot of an agent that was removed. Without room for an event: nobody writes into
    /// it.</summary>
    private static readonly long[] Removed = [0, Timeline.WholeHistory, Timeline.NotLoaded];

    private readonly ConcurrentDictionary<long, CompanyAgents> _companies = new(IdComparer.Instance);
    private Slot[] _slots = new Slot[FirstCapacity];
    private long _followedMs = OwnAlone;
    private volatile int _agentCount;
    private int _usedSlots;
    private volatile bool _warm;

    /// <summary>A timeline has changed and is shown. On the writer's thread, which waits: a handler notes it and
    /// returns.</summary>
    public event Action<TimelineChange>? Changed;

    /// <summary>Whether everything stored is in memory; before that, nothing here answers.</summary>
    public bool IsWarm
    {
        get => _warm;
        set => _warm = value;
    }

    /// <summary>How long calls last at the most.</summary>
    public CallLimits CallLimits => limits;

    /// <summary>Agents that have an event.</summary>
    public int AgentCount => _agentCount;

    /// <summary>Companies that have an agent with an event.</summary>
    public ICollection<long> Companies => _companies.Keys;

    /// <summary>Whether one of the company's agents has an event. Any thread.</summary>
    public bool HasEvents(long companyId) => _companies.ContainsKey(companyId);

    /// <summary>Slots for <see cref="AtSlot"/>. The writer's thread only.</summary>
    public int Slots => _slots.Length;

    /// <summary>The company's agents that have an event, ascending.</summary>
    public long[] AgentsOf(long companyId) => _companies.TryGetValue(companyId, out var known) ? known.Sorted() : [];

    /// <summary>The same, as they came.</summary>
    public IEnumerable<long> IdsOf(long companyId) =>
        _companies.TryGetValue(companyId, out var known) ? (IEnumerable<long>)known.Ids : [];

    /// <summary>All agents that have an event, by company, without further order. Any thread.</summary>
    public IEnumerable<AgentKey> Agents =>
        from company in _companies
        from agentId in company.Value.Ids
        select new AgentKey(company.Key, agentId);

    /// <summary>Until when memory knows everything, as of now: every event that any server acknowledged as stored
    /// before that instant is in it. The store's only server shows what it acknowledges before it does so: now. Of
    /// several servers each knows what it has followed the others through, by the store's clock. Take it before reading
    /// timelines.</summary>
    public long KnownThroughMs(long nowMs) =>
        Volatile.Read(ref _followedMs) is var followedMs && followedMs == OwnAlone ? nowMs : followedMs;

    /// <summary>The other servers have been followed through this instant. One thread.</summary>
    public void FollowedThrough(long instantMs)
    {
        // A new primary whose clock is behind: what is known stays known.
        if (_followedMs == OwnAlone || instantMs > _followedMs) Volatile.Write(ref _followedMs, instantMs);
    }

    /// <summary>The agent's timeline as of now; that of an agent without events if there is none.</summary>
    public Timeline Find(AgentKey agent)
    {
        FindSlot(Volatile.Read(ref _slots), agent, out var words);
        return Timeline.Read(words, limits);
    }

    /// <summary>What the agent is at an instant, if memory knows: mostly from the slot alone, else from its timeline.
    /// No lock, no I/O, no allocation.</summary>
    public bool TryAt(AgentKey agent, long instantMs, out StatusAt answer)
    {
        ref var slot = ref FindSlot(Volatile.Read(ref _slots), agent, out var words);
        var latest = words is null ? default : LatestStatus.Read(Volatile.Read(ref slot.Latest));
        if (latest.TryAt(instantMs, limits, out answer)) return true;
        var timeline = Timeline.Read(words, limits);
        answer = timeline.Covers(instantMs) ? timeline.At(instantMs) : default;
        return timeline.Covers(instantMs) && !answer.NeedsStore;
    }

    /// <summary>Asks for the agent's slot to be brought near, and does not wait: of many agents that are looked up
    /// next, all are on their way at the same time.</summary>
    public unsafe void Prefetch(AgentKey agent)
    {
        if (!Sse.IsSupported) return;
        var slots = Volatile.Read(ref _slots);
        var slot = (byte*)Unsafe.AsPointer(ref slots[Place(agent, slots.Length)]);
        Sse.Prefetch0(slot);
        Sse.Prefetch0(slot + Unsafe.SizeOf<Slot>() - 1);
    }

    /// <summary>Shows a timeline that has changed to the readers, then tells who follows. The writer's thread
    /// only.</summary>
    public void Publish(in TimelineChange change)
    {
        Publish(change.Agent, change.After);
        Changed?.Invoke(change);
    }

    /// <summary>Shows a timeline that says what it said before, or at start. The writer's thread only, or one at a time
    /// of those that fill memory before it.</summary>
    public void Publish(AgentKey agent, in Timeline timeline)
    {
        if (2 * (_usedSlots + 1) > _slots.Length) Grow();
        ref var slot = ref FindSlot(_slots, agent, out var before);
        if (before is null)
        {
            (slot.CompanyId, slot.AgentId) = (agent.CompanyId, agent.AgentId);
            _usedSlots++;
        }

        // In between the timeline answers: who has seen the new one never sees the old latest status again.
        Volatile.Write(ref slot.Latest, default);
        timeline.Publish(ref slot.Words);
        Volatile.Write(ref slot.Latest, timeline.Latest.Word);
        if (before is not null && before != Removed) return;
        _companies.GetOrAdd(agent.CompanyId, _ => new CompanyAgents()).Add(agent.AgentId);
        _agentCount++;
    }

    /// <summary>Has agents of a company be unknown, as if they had never had an event, then tells who follows. The
    /// writer's thread only.</summary>
    public void Remove(long companyId, IReadOnlySet<long> agentIds)
    {
        if (!_companies.TryGetValue(companyId, out var known)) return;
        var left = known.Without(agentIds);
        if (left.Ids.Count > 0) _companies[companyId] = left;
        else _companies.TryRemove(companyId, out _);
        foreach (var agentId in agentIds)
        {
            var agent = new AgentKey(companyId, agentId);
            ref var slot = ref FindSlot(_slots, agent, out var words);
            if (words is null || words == Removed) continue;
            var before = Timeline.Read(words, limits);
            Volatile.Write(ref slot.Latest, default);
            Volatile.Write(ref slot.Words, Removed);
            _agentCount--;
            Changed?.Invoke(new(agent, before, Timeline.Read(null, limits), Limits.FirstInstantMs));
        }
    }

    /// <summary>What is in a slot, for going through all agents bit by bit; null if it is empty. The writer's thread
    /// only.</summary>
    public (AgentKey Agent, Timeline Timeline)? AtSlot(int slot) =>
        _slots[slot] is { Words: not null } used && used.Words != Removed
        ? (new AgentKey(used.CompanyId, used.AgentId), Timeline.Read(used.Words, limits))
        : null;

    private void Grow()
    {
        var grown = new Slot[2 * _slots.Length];
        _usedSlots = 0;
        foreach (var slot in _slots)
        {
            if (slot.Words is null || slot.Words == Removed) continue;
            FindSlot(grown, new AgentKey(slot.CompanyId, slot.AgentId), out _) = slot;
            _usedSlots++;
        }

        Volatile.Write(ref _slots, grown);
    }

    /// <summary>The agent's slot, or the free one for it.</summary>
    /// <param name="words">What is in it; null: it was free.</param>
    private static ref Slot FindSlot(Slot[] slots, AgentKey agent, out long[]? words)
    {
        for (var i = Place(agent, slots.Length); ; i = (i + 1) & (slots.Length - 1))
        {
            ref var slot = ref slots[i];
            words = Volatile.Read(ref slot.Words);
            if (words is null || (slot.AgentId == agent.AgentId && slot.CompanyId == agent.CompanyId)) return ref slot;
        }
    }

    private static int Place(AgentKey agent, int capacity) =>
        (int)IdHash.Of(agent.AgentId, agent.CompanyId) & (capacity - 1);

    private struct Slot
    {
        public long CompanyId;
        public long AgentId;
        public long[]? Words;
        public long Latest;
    }
}

/// <summary>An agent's timeline as it was shown before and as it is shown now.</summary>
/// <param name="FromMs">Before this instant both say the same; milliseconds since the Unix epoch.</param>
internal readonly record struct TimelineChange(AgentKey Agent, Timeline Before, Timeline After, long FromMs);
