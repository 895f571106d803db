using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>What each caller, a peer address, may still write: while more is asked for than the writer can do none has
/// more than its share under way, and none invents agents and companies without end. Known agents are limited by the
/// first alone. Any thread.</summary>
internal sealed class Callers(
    TimelineIndex timelines,
    WriteAdmission admission,
    Instruments instruments,
    ServerOptions options,
    TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new();
    private readonly WritesUnderWay _writes = new();
    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>Begins a write, and names the caller: <see cref="Caller.End"/> follows.</summary>
    /// <param name="peer">Address and port, as gRPC names it: ipv4:127.0.0.1:50000.</param>
    /// <returns>Null: the caller is over a limit of its own, and has begun nothing.</returns>
    public Caller? Begin(string peer, AgentKey agent, out WriteRefusal refused)
    {
        var caller = Find(peer);
        refused = caller.Begin(admission.Most) ?? Admit(caller, agent) ?? default;
        if (refused.Message is null) return caller;
        instruments.WriteRefused(refused.Reason);
        caller.End();
        return null;
    }

    /// <summary>Begins so many writes that bring no agents into memory: rings to keep, a retraction.</summary>
    public Caller? BeginWrites(string peer, int writes, out WriteRefusal refused)
    {
        var caller = Find(peer);
        refused = caller.Begin(admission.Most, writes) ?? default;
        if (refused.Message is null) return caller;
        instruments.WriteRefused(refused.Reason);
        caller.End(writes);
        return null;
    }

    private WriteRefusal? Admit(Caller caller, AgentKey agent)
    {
        // Before memory is warm nobody can tell who is new.
        if (!timelines.IsWarm || timelines.Find(agent).Count > 0) return null;
        return (timelines.HasEvents(agent.CompanyId)
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
        return _callers.GetOrAdd(name, _ => new Caller(_writes));
    }
}

/// <summary>The writes of all callers, from being taken until they are answered.</summary>
internal sealed class WritesUnderWay
{
    /// <summary>How many, and of how many callers.</summary>
    public int Count, Callers;
}

/// <summary>One caller's writes. Any thread.</summary>
internal sealed class Caller(WritesUnderWay all)
{
    private int _underWay;

    public Allowance<AgentKey> Agents { get; } = new(EqualityComparer<AgentKey>.Default);

    public Allowance<long> Companies { get; } = new(IdComparer.Instance);

    /// <summary>Writes have been answered, or refused.</summary>
    public void End(int writes = 1)
    {
        Interlocked.Add(ref all.Count, -writes);
        if (Interlocked.Add(ref _underWay, -writes) == 0) Interlocked.Decrement(ref all.Callers);
    }

    /// <summary>Begins writes; refuses them where too many are under way, and as many of this caller as is its share:
    /// who has fewer gets in while others have them all.</summary>
    /// <param name="most">Of all callers.</param>
    public WriteRefusal? Begin(int most, int writes = 1)
    {
        var (mine, count) = (Interlocked.Add(ref _underWay, writes), Interlocked.Add(ref all.Count, writes));
        var callers = mine == writes ? Interlocked.Increment(ref all.Callers) : Volatile.Read(ref all.Callers);
        if (count <= most || mine <= most / Math.Max(1, callers)) return null;
        return new(
            "queue",
            "too many writes are under way: this one would wait for longer than "
            + $"{ServerLimits.WriteWait.TotalMilliseconds} ms (WriteWait; {most} may be, "
            + $"{most / Math.Max(1, callers)} of this address); try again",
            ServerLimits.RetryAfterMs);
    }

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
                "new",
                $"this address brings too many new {what.ToLowerInvariant()} "
                + $"(Limits:New{what}PerSecond is {perSecond}); try again",
                afterMs);
        }
    }
}

/// <summary>Why a write was not taken, and when to try again; the default: it was.</summary>
/// <param name="Reason">For the metric: queue, new.</param>
internal readonly record struct WriteRefusal(string Reason, string? Message, int RetryAfterMs);
