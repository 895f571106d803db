using System.Collections.Concurrent;
using System.Net;
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
    /// <summary>Who has no address comes by a socket file: all of these are one caller.</summary>
    private static readonly IPAddress Nobody = IPAddress.None;

    private readonly ConcurrentDictionary<IPAddress, Caller> _callers = new();
    private readonly WritesUnderWay _writes = new();
    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>Begins a write, and names the caller: <see cref="Caller.End"/> follows.</summary>
    /// <param name="address">The caller's; null: it has none.</param>
    /// <param name="agent">Whose event it is.</param>
    /// <param name="refused">Why not.</param>
    /// <returns>Null: the caller is over a limit of its own, and has begun nothing.</returns>
    public Caller? Begin(IPAddress? address, AgentKey agent, out WriteRefusal refused)
    {
        var caller = Find(address);
        refused = caller.Begin(admission.Most) ?? Admit(caller, agent) ?? default;
        if (refused.Message is null) return caller;
        Refused(refused);
        caller.End();
        return null;
    }

    /// <summary>Whether a write of this caller would be refused now, whatever it is: asked before it is read.</summary>
    public bool IsRefused(IPAddress? address, out WriteRefusal refused)
    {
        refused = default;
        var most = admission.Most;
        if (Volatile.Read(ref _writes.Count) < most) return false;
        refused = Find(address).FindRefusal(most) ?? default;
        if (refused.Message is null) return false;
        Refused(refused);
        return true;
    }

    /// <summary>Begins so many writes that bring no agents into memory: rings to keep, a retraction.</summary>
    public Caller? BeginWrites(IPAddress? address, int writes, out WriteRefusal refused)
    {
        var caller = Find(address);
        refused = caller.Begin(admission.Most, writes) ?? default;
        if (refused.Message is null) return caller;
        Refused(refused);
        caller.End(writes);
        return null;
    }

    private void Refused(in WriteRefusal refused)
    {
        instruments.WriteRefused(refused.Reason);
        if (refused.Reason == WriteRefusal.Queue) admission.NoteRefusal();
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

    private Caller Find(IPAddress? address)
    {
        address ??= Nobody;
        if (_callers.TryGetValue(address, out var known)) return known;

        // Who writes nothing now and has all of its share is as good as new.
        if (_callers.Count >= ServerLimits.KnownCallers)
        {
            foreach (var (idle, caller) in _callers)
                if (caller.IsIdle(NowMs)) _callers.TryRemove(idle, out _);
        }

        // More than so many at a time share what one has.
        var key = _callers.Count < ServerLimits.KnownCallers ? address : Nobody;
        return _callers.GetOrAdd(key, _ => new Caller(_writes));
    }
}

/// <summary>The writes of all callers, from being taken until they are answered.</summary>
internal sealed class WritesUnderWay
{
    /// <summary>How many, and of how many callers.</summary>
    public int Count, Callers;

    /// <summary>The last refusal: the next thousand are the same.</summary>
    public SharedRefusal? LastRefusal;
}

/// <summary>What is said where so many may be under way.</summary>
internal sealed class SharedRefusal(int most, int share)
{
    public int Most => most;

    public int Share => share;

    public WriteRefusal Refusal { get; } = new(
        WriteRefusal.Queue,
        "too many writes are under way: this one would wait for longer than "
        + $"{ServerLimits.WriteWait.TotalMilliseconds} ms (WriteWait; {most} may be, "
        + $"{share} of this address); try again",
        ServerLimits.RetryAfterMs);
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

    /// <summary>Begins writes; refuses them where as many are under way as may be, and as many of this caller as is its
    /// share: who has fewer gets in while others have them all. Where there is room for one, all of a request have
    /// it.</summary>
    /// <param name="most">Of all callers.</param>
    /// <param name="writes">Of the request.</param>
    public WriteRefusal? Begin(int most, int writes = 1)
    {
        var (mine, count) = (Interlocked.Add(ref _underWay, writes), Interlocked.Add(ref all.Count, writes));
        var callers = mine == writes ? Interlocked.Increment(ref all.Callers) : Volatile.Read(ref all.Callers);
        return FindRefusal(count - writes, mine - writes, most, callers);
    }

    /// <summary>What <see cref="Begin"/> would say now.</summary>
    public WriteRefusal? FindRefusal(int most)
    {
        var (mine, callers) = (Volatile.Read(ref _underWay), Volatile.Read(ref all.Callers));
        return FindRefusal(Volatile.Read(ref all.Count), mine, most, mine == 0 ? callers + 1 : callers);
    }

    private WriteRefusal? FindRefusal(int count, int mine, int most, int callers)
    {
        var share = most / Math.Max(1, callers);
        if (count < most || mine < share) return null;
        var said = Volatile.Read(ref all.LastRefusal);
        if (said is null || said.Most != most || said.Share != share)
            Volatile.Write(ref all.LastRefusal, said = new(most, share));
        return said.Refusal;
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
internal readonly record struct WriteRefusal(string Reason, string? Message, int RetryAfterMs)
{
    /// <summary>The reason where too many are under way.</summary>
    public const string Queue = "queue";
}
