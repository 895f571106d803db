using System.Net;
using System.Runtime.InteropServices;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Watching;

/// <summary>One who watches a company's agents, or some of them: what it is to be told next. Its reader asks with
/// <see cref="NextAsync"/>, one at a time; the watch's thread hands it rounds. While the reader is behind there is one
/// entry an agent here, and the status is read when it asks: it gets the latest one, and none that is older than what
/// it got before.</summary>
/// <param name="named">The agents; null: all of the company.</param>
/// <param name="unread">Called when the reader has not read for <see cref="ServerLimits.WatchUnread"/>.</param>
internal sealed class Watcher(
    WatchedCompany company, IReadOnlySet<long>? named, IPAddress address, Action unread, TimeProvider clock)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, long> _fromMs = new(IdComparer.Instance);
    private readonly Queue<long> _order = new();
    private WatchBatch? _shared;
    private IReadOnlyList<AgentDifference> _sharedDifferences = [];
    private bool _owesProgress;
    private long? _knownThroughMs;
    private long? _toldMs;

    /// <summary>There while the reader waits, and has been told all; since when, by the company's rounds.</summary>
    private TaskCompletionSource? _waiting;
    private long _waitsSinceRound;
    private long? _sendingSince;
    private Exception? _failure;

    /// <summary>Closes the watch; called once.</summary>
    public event Action<Watcher>? Closed;

    public WatchedCompany Company => company;

    /// <summary>Where the reader is.</summary>
    public IPAddress Address => address;

    /// <summary>Has the reader told of these agents, before it is handed rounds.</summary>
    /// <param name="knownThroughMs">Through when all is known that they are from now on.</param>
    public void Begin(IEnumerable<long> agentIds, long knownThroughMs)
    {
        (_knownThroughMs, _owesProgress) = (knownThroughMs, true);
        foreach (var agentId in agentIds) Add(new(agentId, AgentDifference.Untold));
    }

    /// <summary>The next thing to tell; waits until there is something. What was given before is sent by now.</summary>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    /// <exception cref="StoreException">The store did not tell since when an agent has its status.</exception>
    public async Task<WatchBatch> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            WatchBatch? batch = null;
            WatchPortion? portion = null;
            Task? woken = null;
            lock (_gate)
            {
                _sendingSince = null;
                if (_failure is not null) throw new InvalidOperationException("The watch broke", _failure);
                if (_shared is not null) batch = TakeShared();
                else if (_order.Count > 0 || _owesProgress) portion = TakePortion();
                else woken = Wait();
            }

            if (woken is not null)
            {
                await woken.WaitAsync(cancellation);
                continue;
            }

            batch ??= await company.ComposeAsync(portion!, isNamed: named is not null, cancellation);
            lock (_gate) _sendingSince = clock.GetTimestamp();
            return batch;
        }
    }

    /// <summary>Takes note of a round; gives the wait of its reader, which is to be completed, if there is something
    /// to tell. The watch's thread.</summary>
    public TaskCompletionSource? Hand(WatchRound round)
    {
        lock (_gate)
        {
            _knownThroughMs = round.KnownThroughMs;

            // Who began to wait after the round's statuses were read may have been told newer ones.
            var isAbreast = _waiting is not null && _waitsSinceRound < round.Number;
            if (isAbreast && named is null && round.Shared is not null)
            {
                if (round.Differences.Count > 0 || round.IsProgress)
                    (_shared, _sharedDifferences) = (round.Shared, round.Differences);
            }
            else
            {
                Merge(round);
            }

            if (_shared is null && _order.Count == 0 && !_owesProgress) return null;
            var waiting = _waiting;
            _waiting = null;
            return waiting;
        }
    }

    /// <summary>Whether the last message has waited for its reader for as long as it may.</summary>
    public bool IsUnread
    {
        get
        {
            lock (_gate)
                return _sendingSince is { } since && clock.GetElapsedTime(since) >= ServerLimits.WatchUnread;
        }
    }

    /// <summary>Ends the reader's request, once. The watch's thread, with no lock of the watch.</summary>
    public void EndUnread()
    {
        lock (_gate) _sendingSince = null;
        unread();
    }

    /// <summary>Ends the watch for a fault of ours.</summary>
    public void Fail(Exception failure)
    {
        TaskCompletionSource? waiting;
        lock (_gate) (_failure, waiting, _waiting) = (failure, _waiting, null);
        waiting?.SetResult();
    }

    public void Dispose() => Closed?.Invoke(this);

    private WatchBatch TakeShared()
    {
        var shared = _shared!;
        (_shared, _sharedDifferences, _toldMs) = (null, [], shared.KnownThroughMs);
        return shared;
    }

    private WatchPortion TakePortion()
    {
        var differences = new List<AgentDifference>(Math.Min(_order.Count, ServerLimits.WatchPortionAgents));
        while (differences.Count < ServerLimits.WatchPortionAgents && _order.TryDequeue(out var agentId))
        {
            _fromMs.Remove(agentId, out var fromMs);
            differences.Add(new(agentId, fromMs));
        }

        var portion = new WatchPortion(differences, _order.Count == 0 ? _knownThroughMs : null, _toldMs);
        (_owesProgress, _toldMs) = (false, portion.KnownThroughMs ?? _toldMs);
        return portion;
    }

    private Task Wait()
    {
        _waitsSinceRound = company.Round;
        _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task;
    }

    /// <summary>What was handed as a whole and not taken is as late as the rest.</summary>
    private void Merge(WatchRound round)
    {
        _owesProgress |= round.IsProgress || _shared is not null;
        foreach (var difference in _sharedDifferences) Add(difference);
        (_shared, _sharedDifferences) = (null, []);
        foreach (var difference in round.Differences)
            if (named?.Contains(difference.AgentId) != false) Add(difference);
    }

    private void Add(AgentDifference difference)
    {
        ref var fromMs = ref CollectionsMarshal.GetValueRefOrAddDefault(_fromMs, difference.AgentId, out var isKnown);
        fromMs = isKnown ? Math.Min(fromMs, difference.FromMs) : difference.FromMs;
        if (!isKnown) _order.Enqueue(difference.AgentId);
    }
}

/// <summary>Agents to tell a watcher of next, as they are then.</summary>
/// <param name="KnownThroughMs">Through when all is told with them; null: there is more.</param>
/// <param name="ToldMs">Through when all was told before; null: not yet.</param>
internal sealed record WatchPortion(IReadOnlyList<AgentDifference> Differences, long? KnownThroughMs, long? ToldMs);
