using AgentStatus.Core;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Storage;

namespace AgentStatus.Server.Following;

/// <summary>
/// Follows the other servers of a shared store, on a thread of its own: reads what they stored, has the writer take it
/// in, and then moves known_through on. While the store does not answer, known_through stays where it is.
/// </summary>
internal sealed class Follower(
    IChangeFeed feed,
    StatusWriter writer,
    KnownThrough knownThrough,
    TimeSpan interval,
    Func<bool> isStoreReachable,
    Instruments instruments,
    ILogger<Follower> logger,
    TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private volatile bool _periodsWritten;
    private Changes? _changes;
    private long? _failingSince;
    private bool _failureIsSaid;
    private bool _clocksDiffer;

    /// <summary>
    /// Whether, when memory had taken in what others stored, all offline periods that follow from it were written. Any
    /// thread.
    /// </summary>
    public bool ArePeriodsWritten => _periodsWritten;

    /// <summary>
    /// Follows once, so that memory is complete, and then until it is disposed of. Does nothing the second time.
    /// </summary>
    /// <exception cref="StoreException">The store did not answer the first time: call again.</exception>
    public void Start()
    {
        if (_thread is not null) return;
        while (!Follow()) { }
        _thread = new Thread(Run) { Name = "follower" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Token.WaitHandle.WaitOne(interval))
        {
            try
            {
                while (!Follow()) { }
                if (_failureIsSaid) Log.FollowingAgain(logger);
                (_failingSince, _failureIsSaid) = (null, false);
            }
            catch (Exception failure)
            {
                if (_stop.IsCancellationRequested) return;
                Say(failure);
            }
        }
    }

    /// <summary>One round; true if there is no more to read at once.</summary>
    private bool Follow()
    {
        // The feed gives nothing twice: what it gave is kept until it is in memory.
        _changes ??= feed.Read(_periodsWritten);
        _periodsWritten = writer.TakeInAsync(_changes, _stop.Token).GetAwaiter().GetResult();
        var changes = _changes;
        _changes = null;
        CompareClocks(changes.StoreAheadMs);
        if (changes.KnownThroughMs is not { } knownThroughMs) return false;
        knownThrough.Follow(knownThroughMs);
        return true;
    }

    /// <summary>Says it once; that the store is away is said by whoever watches it.</summary>
    private void Say(Exception failure)
    {
        _failingSince ??= clock.GetTimestamp();
        if (_failureIsSaid) return;
        if (failure is StoreUnreachableException
            && (!isStoreReachable() || clock.GetElapsedTime(_failingSince.Value) < Limits.FollowingDoubt)) return;
        Log.NotFollowing(logger, failure.Message);
        _failureIsSaid = true;
    }

    private void CompareClocks(long storeAheadMs)
    {
        instruments.StoreAheadMs = storeAheadMs;
        var differ = Math.Abs(storeAheadMs) > Limits.ClockDifferenceMs;
        if (differ && !_clocksDiffer) Log.ClocksDiffer(logger, storeAheadMs, Limits.ClockDifferenceMs);
        _clocksDiffer = differ;
    }
}
