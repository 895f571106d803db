using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>What each caller, a peer address, may still write: none takes all of the writer's queue, and none invents
/// agents and companies without end. Known agents are limited by the queue alone. Any thread.</summary>
internal sealed class Callers(TimelineIndex timelines, ServerOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new();
    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>Begins a write, and names the caller: <see cref="Caller.End"/> follows.</summary>
    /// <param name="peer">Address and port, as gRPC names it: ipv4:127.0.0.1:50000.</param>
    /// <returns>Null: the caller is over a limit of its own, and has begun nothing.</returns>
    public Caller? Begin(string peer, AgentKey agent, out WriteRefusal refused)
    {
        var caller = Find(peer);
        refused = caller.Queue() ?? Admit(caller, agent) ?? default;
        if (refused.Message is null) return caller;
        caller.End();
        return null;
    }

    /// <summary>Begins to keep so many rings: each is a write. They bring no agents into memory.</summary>
    public Caller? BeginRings(string peer, int rings, out WriteRefusal refused)
    {
        var caller = Find(peer);
        refused = caller.Queue(rings) ?? default;
        if (refused.Message is null) return caller;
        caller.End(rings);
        return null;
    }

    private WriteRefusal? Admit(Caller caller, AgentKey agent)
    {
        // Before memory is warm nobody can tell who is new.
        if (!timelines.IsWarm || timelines.Find(agent).Count > 0) return null;
        return (timelines.Knows(agent.CompanyId)
                ? null
                : caller.Companies.Take(agent.CompanyId, NowMs, options.NewCompaniesPerSecond, "Companies"))
            ?? caller.Agents.Take(agent, NowMs, options.NewAgentsPerSecond, "Agents");
    }

    private long NowMs => (long)clock.GetElapsedTime(_startedAt).TotalMilliseconds;

    private Caller Find(string peer)
    {
        var address = peer.AsSpan(0, Math.Max(0, peer.LastIndexOf(':')));
        if (_callers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(address, out var known)) return known;

        // Who writes nothing now and has all of its share is as good as new.
        if (_callers.Count >= ServerLimits.KnownCallers)
        {
            foreach (var (idle, caller) in _callers)
                if (caller.IsIdle(NowMs)) _callers.TryRemove(idle, out _);
        }

        // More than so many at a time share what one has.
        var name = _callers.Count < ServerLimits.KnownCallers ? address.ToString() : "";
        return _callers.GetOrAdd(name, _ => new Caller());
    }
}

/// <summary>One caller's writes. Any thread.</summary>
internal sealed class Caller
{
    private int _underWay;

    public Allowance<AgentKey> Agents { get; } = new(EqualityComparer<AgentKey>.Default);

    public Allowance<long> Companies { get; } = new(IdComparer.Instance);

    /// <summary>Writes have been answered, or refused.</summary>
    public void End(int writes = 1) => Interlocked.Add(ref _underWay, -writes);

    public WriteRefusal? Queue(int writes = 1) =>
        Interlocked.Add(ref _underWay, writes) <= ServerLimits.QueuedWritesOfPeer
            ? null
            : new(
                "too many writes of this address are queued "
                + $"(QueuedWritesOfPeer is {ServerLimits.QueuedWritesOfPeer}); try again",
                ServerLimits.RetryAfterMs);

    public bool IsIdle(long nowMs) =>
        Volatile.Read(ref _underWay) == 0 && Agents.IsFull(nowMs) && Companies.IsFull(nowMs);
}

/// <summary>So many a second, and those of <see cref="ServerLimits.NewAtOnceSeconds"/> at once. Any thread.</summary>
internal sealed class Allowance<T>(IEqualityComparer<T> ids)
{
    private const long AtOnceMs = ServerLimits.NewAtOnceSeconds * 1_000L;

    private readonly Lock _gate = new();

    /// <summary>Those that were let in lately: until memory knows them, more of their events come.</summary>
    private readonly HashSet<T> _taken = new(ids);
    private double _takenThroughMs = double.MinValue;

    /// <summary>Whether nothing of it is taken.</summary>
    public bool IsFull(long nowMs)
    {
        lock (_gate) return _takenThroughMs <= nowMs - AtOnceMs;
    }

    /// <summary>Takes one; else says what is too much, and when to come again.</summary>
    /// <param name="what">Of what, as the setting names it.</param>
    public WriteRefusal? Take(T id, long nowMs, int perSecond, string what)
    {
        lock (_gate)
        {
            if (_taken.Contains(id)) return null;
            var throughMs = Math.Max(_takenThroughMs, nowMs - AtOnceMs) + (1_000.0 / perSecond);
            if (throughMs <= nowMs)
            {
                if (_taken.Count >= perSecond * ServerLimits.NewAtOnceSeconds) _taken.Clear();
                _taken.Add(id);
                _takenThroughMs = throughMs;
                return null;
            }

            var afterMs = Math.Max(ServerLimits.RetryAfterMs, (int)Math.Ceiling(throughMs - nowMs));
            return new(
                $"this address brings too many new {what.ToLowerInvariant()} "
                + $"(Limits:New{what}PerSecond is {perSecond}); try again",
                afterMs);
        }
    }
}

/// <summary>Why a write was not taken, and when to try again; the default: it was.</summary>
internal readonly record struct WriteRefusal(string? Message, int RetryAfterMs);
