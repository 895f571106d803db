using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Verification;

/// <summary>How far a verification is, and what it found. One thread adds, any thread reads.</summary>
internal sealed class VerificationReport
{
    private readonly ConcurrentQueue<VerificationFault> _faults = new();
    private int _agents;
    private int _agentsVerified;
    private long _events;
    private long _callSteps;
    private int _hoursVersions;
    private int _faultCount;

    /// <summary>Agents that are to be verified; 0 until they are counted.</summary>
    public int Agents
    {
        get => Volatile.Read(ref _agents);
        set => Volatile.Write(ref _agents, value);
    }

    public int AgentsVerified => Volatile.Read(ref _agentsVerified);

    public long Events => Volatile.Read(ref _events);

    public long CallSteps => Volatile.Read(ref _callSteps);

    public int HoursVersions => Volatile.Read(ref _hoursVersions);

    /// <summary>All of them, also those that are too many to be given.</summary>
    public int FaultCount => Volatile.Read(ref _faultCount);

    public void CountAgent() => Interlocked.Increment(ref _agentsVerified);

    public void CountEvents(int events) => Interlocked.Add(ref _events, events);

    public void CountCallSteps(int steps) => Interlocked.Add(ref _callSteps, steps);

    public void CountHoursVersion() => Interlocked.Increment(ref _hoursVersions);

    public void Add(VerificationFault fault)
    {
        if (Interlocked.Increment(ref _faultCount) <= ServerLimits.VerificationFaults) _faults.Enqueue(fault);
    }

    /// <summary>The faults that were not taken yet.</summary>
    public IEnumerable<VerificationFault> TakeFaults()
    {
        while (_faults.TryDequeue(out var fault)) yield return fault;
    }
}

/// <summary>Something that is not as docs/rules.md says.</summary>
/// <param name="CompanyId">0: of none.</param>
/// <param name="AgentId">0: of none.</param>
/// <param name="Description">What is wrong, and what to do.</param>
internal readonly record struct VerificationFault(long CompanyId, long AgentId, string Description);
