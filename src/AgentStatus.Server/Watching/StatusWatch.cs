using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Watching;

/// <summary>Tells watchers what agents are doing and each change, as a projection behind the publishing: the writer
/// notes which agent changed, a thread of its own finds out what that comes to and hands it to the watchers, and their
/// requests send it. Nobody waits for it.</summary>
internal sealed class StatusWatch(
    TimelineIndex timelines, StatusLookup statuses, RetentionCut cut, Instruments instruments, TimeProvider clock)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<long, WatchedCompany> _companies = new(IdComparer.Instance);
    private readonly Dictionary<IPAddress, int> _ofAddress = [];
    private readonly AutoResetEvent _woken = new(false);
    private readonly ManualResetEvent _never = new(false);
    private volatile bool _isStopping;
    private volatile int _watchers;
    private Thread? _thread;

    /// <summary>Begins, when memory is warm; does nothing the second time.</summary>
    public void Start()
    {
        if (_thread is not null) return;
        timelines.Changed += Note;
        instruments.ObserveWatchers(() => _watchers);
        _thread = new Thread(Run) { Name = "status-watch", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Opens a watch; whoever has it disposes of it.</summary>
    /// <param name="agentIds">The agents; none: all of the company.</param>
    /// <param name="unread">Ends the reader's request: it has not read for
    /// <see cref="ServerLimits.WatchUnread"/>. The watch's thread.</param>
    /// <param name="refused">Why there is none: the limit.</param>
    public Watcher? TryOpen(
        long companyId, IReadOnlyCollection<long> agentIds, IPAddress address, Action unread, out WatchRefusal refused)
    {
        var named = agentIds.Count == 0 ? null : agentIds.ToFrozenSet(IdComparer.Instance);
        lock (_gate)
        {
            refused = FindFull(address);
            if (refused != default) return Refuse(refused);
            var company = _companies.GetOrAdd(
                companyId, id => new WatchedCompany(id, timelines, statuses, cut, () => _woken.Set(), clock));
            Interlocked.Increment(ref _watchers);
            _ofAddress[address] = _ofAddress.GetValueOrDefault(address) + 1;
            var watcher = new Watcher(company, named, address, () => EndUnread(unread), clock);
            watcher.Closed += Close;
            if (company.TryAdd(watcher, named)) return watcher;
            Close(watcher);
            refused = WatchRefusal.Agents;
            return Refuse(refused);
        }
    }

    public void Dispose()
    {
        if (_isStopping) return;
        _isStopping = true;
        timelines.Changed -= Note;
        _woken.Set();
        _thread?.Join();
    }

    /// <summary>While nobody watches this is a look at a number.</summary>
    private void Note(TimelineChange change)
    {
        // What was published is seen by whoever is not seen here, and reads it then.
        Interlocked.MemoryBarrier();
        if (_watchers > 0 && _companies.TryGetValue(change.Agent.CompanyId, out var company)) company.Note(change);
    }

    private WatchRefusal FindFull(IPAddress address) =>
        _watchers >= ServerLimits.Watchers ? WatchRefusal.All
        : _ofAddress.GetValueOrDefault(address) >= ServerLimits.WatchersOfAddress ? WatchRefusal.Address
        : default;

    private Watcher? Refuse(WatchRefusal refused)
    {
        instruments.WatchRefused($"{refused}".ToLowerInvariant());
        return null;
    }

    private void EndUnread(Action unread)
    {
        instruments.WatchRefused("unread");
        unread();
    }

    private void Close(Watcher watcher)
    {
        lock (_gate)
        {
            if (watcher.Company.Remove(watcher))
                _companies.TryRemove(new(watcher.Company.CompanyId, watcher.Company));
            Interlocked.Decrement(ref _watchers);
            if (--_ofAddress[watcher.Address] == 0) _ofAddress.Remove(watcher.Address);
        }
    }

    /// <summary>In portions: what each reader sends is work for the pool, and requests come between.</summary>
    private void Complete(List<TaskCompletionSource> waits)
    {
        for (var i = 0; i < waits.Count; i++)
        {
            if (i > 0 && i % ServerLimits.WatchersAtOnce == 0) _never.WaitOne(ServerLimits.WatchersPause);
            waits[i].SetResult();
        }

        waits.Clear();
    }

    private void Run()
    {
        using var alarm = clock.CreateTimer(
            _ => _woken.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var waits = new List<TaskCompletionSource>();
        while (!_isStopping)
        {
            var started = clock.GetTimestamp();
            var wait = Timeout.InfiniteTimeSpan;
            foreach (var (_, company) in _companies)
                if (company.Work(waits) is var due && (wait == Timeout.InfiniteTimeSpan || due < wait)) wait = due;
            Complete(waits);
            alarm.Change(wait, Timeout.InfiniteTimeSpan);

            // Also where the alarm was set too late for a clock that went on meanwhile.
            if (wait == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(started) < wait) _woken.WaitOne();
        }
    }
}

/// <summary>Why a watch was not opened.</summary>
internal enum WatchRefusal
{
    /// <summary>It was.</summary>
    None,

    /// <summary>Too many watchers.</summary>
    All,

    /// <summary>Too many of this address.</summary>
    Address,

    /// <summary>Too many agents in the company.</summary>
    Agents,
}
