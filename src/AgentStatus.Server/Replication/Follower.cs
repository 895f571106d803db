using AgentStatus.Server.Configuration;
using AgentStatus.Server.Erasing;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Replication;

/// <summary>Follows the other servers of a shared store, on a thread of its own: reads what they stored, has the writer
/// take it in, and then moves known_through on. Where there is more to read, the next portion is read while the writer
/// takes in the present one. While the store does not answer, known_through stays where it is.</summary>
internal sealed class Follower(
    IStatusStore store,
    StatusWriter writer,
    TimelineIndex timelines,
    Erasures erasures,
    ServerOptions options,
    Instruments instruments,
    ILogger<Follower> logger,
    TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private IChangeFeed? _feed;

    /// <summary>What was read and is not in memory yet: the feed gives nothing twice.</summary>
    private Changes? _changes, _ahead;

    /// <summary>The writer takes <see cref="_changes"/> in; null: that has not begun, or is to begin anew.</summary>
    private Task? _takingIn;
    private long? _failingSince;
    private bool _failureIsSaid;
    private bool _clocksDiffer;

    /// <summary>Begins to follow the other servers of a shared store, before memory is read. Does nothing the second
    /// time: a start that failed has read what the feed does not give again.</summary>
    /// <exception cref="StoreException">The store did not answer: try again.</exception>
    public void BeginToFollow() => _feed ??= store.Shared?.Follow();

    /// <summary>Follows once, so that memory is complete, and then until it is disposed of. Does nothing the second
    /// time.</summary>
    /// <exception cref="StoreException">The store did not answer the first time: try again.</exception>
    public void Start()
    {
        if (_feed is null || _thread is not null) return;
        while (!Follow()) { }
        _thread = new Thread(Run) { Name = "follower" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        if (_takingIn is not null) Task.WaitAny(_takingIn);
    }

    private void Run()
    {
        while (!_stop.Token.WaitHandle.WaitOne(options.Storage.PollInterval))
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
        var changes = _changes ??= _feed!.Read();
        _takingIn ??= TakeInAsync(changes);
        if (changes.KnownThroughMs is null) _ahead ??= _feed!.Read();
        try
        {
            _takingIn.GetAwaiter().GetResult();
        }
        finally
        {
            _takingIn = null;
        }

        (_changes, _ahead) = (_ahead, null);
        CompareClocks(changes.StoreAheadMs);
        if (changes.KnownThroughMs is not { } knownThroughMs) return false;
        var nowMs = clock.NowMs();
        if (timelines.KnownThroughMs(nowMs) is var before && before != nowMs)
            instruments.Followed(TimeSpan.FromMilliseconds(Math.Max(0, nowMs + changes.StoreAheadMs - before)));
        timelines.FollowedThrough(knownThroughMs);
        return true;
    }

    /// <summary>Ends when it is in memory.</summary>
    private async Task TakeInAsync(Changes changes)
    {
        // An agent's events one after the other: those of a portion are taken into its timeline together.
        var events = changes.Events.OrderBy(e => IdHash.Of(e.Agent.AgentId, e.Agent.CompanyId));
        foreach (var portion in events.Chunk(ServerLimits.BatchWrites))
            await writer.ShowAsync(portion, [], _stop.Token);
        foreach (var portion in changes.Retracted.Chunk(ServerLimits.BatchWrites))
            await writer.ShowAsync([], portion, _stop.Token);
        await writer.AddFollowedAsync(
            [.. changes.Hours.Select(CompanyHours.Read)], changes.GivenThrough, _stop.Token);
        if (changes.Erased.Count > 0)
            await writer.RunAsync(() => erasures.ShowMissed(changes.Erased), _stop.Token);
    }

    /// <summary>Says it once; that the store is away is said by whoever watches it.</summary>
    private void Say(Exception failure)
    {
        _failingSince ??= clock.GetTimestamp();
        if (_failureIsSaid) return;
        var isDoubtful = clock.GetElapsedTime(_failingSince.Value) < ServerLimits.FollowingDoubt;
        if (failure is StoreUnreachableException && (isDoubtful || store.Spool is { IsReachable: false })) return;
        Log.NotFollowing(logger, failure.Message);
        _failureIsSaid = true;
    }

    private void CompareClocks(long storeAheadMs)
    {
        instruments.StoreAheadMs = storeAheadMs;
        var differ = Math.Abs(storeAheadMs) > ServerLimits.ClockDifferenceMs;
        if (differ && !_clocksDiffer) Log.ClocksDiffer(logger, storeAheadMs, ServerLimits.ClockDifferenceMs);
        _clocksDiffer = differ;
    }
}
