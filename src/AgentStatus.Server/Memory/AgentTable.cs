using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AgentStatus.Server.Memory;

/// <summary>Agent to timeline: a hash table with open addressing that readers use without locks while one thread
/// writes. A slot's key is written before its words are published and never changes; a table that has grown is
/// published whole. Own code, since a question about now costs one cache line for key and answer; ConcurrentDictionary
/// goes through three, and then the timeline is a miss of its own.</summary>
internal sealed class AgentTable
{
    private const int FirstCapacity = 1024;

    private Slot[] _slots = new Slot[FirstCapacity];

    /// <summary>Number of agents. The writer's thread only.</summary>
    public int Count { get; private set; }

    /// <summary>Slots that <see cref="At"/> takes. The writer's thread only.</summary>
    public int Capacity => _slots.Length;

    /// <summary>The agent's timeline as of now; that of an agent without events if there is none. Any thread.</summary>
    public Timeline Find(AgentKey agent)
    {
        FindSlot(Volatile.Read(ref _slots), agent, out var words);
        return Timeline.Read(words);
    }

    /// <summary>What the agent is at an instant, if memory knows: mostly from the slot alone, else from its timeline.
    /// Any thread.</summary>
    public bool TryAt(AgentKey agent, long instantMs, out StatusAt answer)
    {
        ref var slot = ref FindSlot(Volatile.Read(ref _slots), agent, out var words);
        if (words is not null && LatestStatus.Read(Volatile.Read(ref slot.Latest)).TryAt(instantMs, out answer))
            return true;
        var timeline = Timeline.Read(words);
        answer = timeline.Covers(instantMs) ? timeline.At(instantMs) : default;
        return timeline.Covers(instantMs) && !answer.NeedsStore;
    }

    /// <summary>Asks for the agent's slot to be brought near, and does not wait: of many agents that are looked up
    /// next, all are on their way at the same time. Any thread.</summary>
    public unsafe void Prefetch(AgentKey agent)
    {
        if (!Sse.IsSupported) return;
        var slots = Volatile.Read(ref _slots);
        var slot = (byte*)Unsafe.AsPointer(ref slots[Place(agent, slots.Length)]);
        Sse.Prefetch0(slot);
        Sse.Prefetch0(slot + Unsafe.SizeOf<Slot>() - 1);
    }

    /// <summary>Publishes the agent's timeline; true if the agent is new. The writer's thread only.</summary>
    public bool Publish(AgentKey agent, in Timeline timeline)
    {
        if (2 * (Count + 1) > _slots.Length) Grow();
        ref var slot = ref FindSlot(_slots, agent, out var before);
        var added = before is null;
        if (added)
        {
            (slot.CompanyId, slot.AgentId) = (agent.CompanyId, agent.AgentId);
            Count++;
        }

        // In between the timeline answers: who has seen the new one never sees the old latest status again.
        Volatile.Write(ref slot.Latest, default);
        timeline.Publish(ref slot.Words);
        Volatile.Write(ref slot.Latest, timeline.Latest.Word);
        return added;
    }

    /// <summary>What is in a slot, for going through all agents; null if it is empty. The writer's thread
    /// only.</summary>
    public (AgentKey Agent, Timeline Timeline)? At(int slot) => _slots[slot] is { Words: not null } used
        ? (new AgentKey(used.CompanyId, used.AgentId), Timeline.Read(used.Words))
        : null;

    private void Grow()
    {
        var grown = new Slot[2 * _slots.Length];
        foreach (var slot in _slots)
            if (slot.Words is not null) FindSlot(grown, new AgentKey(slot.CompanyId, slot.AgentId), out _) = slot;
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
