using System.Diagnostics;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Retention;

/// <summary>Moves the cut on as time passes, and has the store delete what lies before it, on a thread of its own with
/// low priority. First the cut is kept in the store and in force here, so that nobody adds to what lies before it or
/// asks for it any more; rows go <see cref="ServerLimits.RetentionGrace"/> later. Of several servers the one that
/// writes the offline periods does it, and the others look for the cut in the store.</summary>
internal sealed class RetentionRunner(
    IStatusStore store,
    RetentionCut cut,
    TimelineIndex timelines,
    TimelineLoader loader,
    CompanyHours hours,
    StatusWriter writer,
    OfflinePeriodProjection projection,
    ServerOptions options,
    Instruments instruments,
    ILogger<RetentionRunner> logger,
    TimeProvider clock) : IDisposable
{
    private const long DayMs = 24 * 60 * 60 * 1000L;
    private const long HourMs = 60 * 60 * 1000L;

    private readonly ManualResetEvent _stop = new(false);
    private readonly AutoResetEvent _woken = new(false);
    private readonly FollowedClock _clock = new(clock);
    private readonly DeletedPortion _portion = new();
    private readonly Repeats _failures = new(clock);
    private Thread? _thread;
    private ITimer? _ticks;

    /// <summary>The cut that was in force before anybody could ask this server, or another one of the store.</summary>
    private long _settledMs = RetentionCut.None;

    private long _learnedMs = RetentionCut.None;
    private long _learnedAt;
    private long _sweptMs = RetentionCut.None;
    private long? _waitSaidAt;

    /// <summary>Begins, when memory is warm; does nothing the second time, or where the store keeps all.</summary>
    public void Start()
    {
        if (_thread is not null || store.Retention is not { } retention) return;
        if (store.Shared is null) _settledMs = cut.Ms;
        _thread = new Thread(() => Run(retention))
        {
            Name = "retention",
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
        };
        _thread.Start();
        _ticks = clock.CreateTimer(
            _ => _woken.Set(), null, ServerLimits.RetentionInterval, ServerLimits.RetentionInterval);
    }

    /// <summary>Ends after the portion under way; the rest is another run's. Before the writer ends.</summary>
    public void Dispose()
    {
        _ticks?.Dispose();
        _stop.Set();
        _thread?.Join();
    }

    private void Run(IRetentionStore retention)
    {
        WaitHandle[] stopOrWoken = [_stop, _woken];
        do
        {
            try
            {
                Work(retention);
            }
            catch (StoreUnreachableException)
            {
                // Said by whoever watches the store; the next tick tries again, with less at a time.
                _portion.Learn(2 * ServerLimits.DeleteWithin);
            }
            catch (Exception failure)
            {
                if (_failures.Count() is { } times)
                    Log.RetentionFailed(logger, failure.Message, times, Log.Ours(failure));
            }
        }
        while (WaitHandle.WaitAny(stopOrWoken) != 0);
    }

    private void Work(IRetentionStore retention)
    {
        var state = retention.Read();
        if (state.CutMs is { } keptMs && keptMs > cut.Ms) Show(() => { }, keptMs);
        var isOurs = store.Shared is null || projection.IsOwner;
        if (isOurs && options.Retention.KeepFor is { } keepFor)
            Advance(retention, state.SeenMs, (long)keepFor.TotalMilliseconds);
        instruments.RetentionCutMs = cut.Ms == RetentionCut.None ? 0 : cut.Ms;
        if (cut.Ms != _learnedMs) (_learnedMs, _learnedAt) = (cut.Ms, clock.GetTimestamp());
        var isSettled = cut.Ms == _settledMs || clock.GetElapsedTime(_learnedAt) >= ServerLimits.RetentionGrace;
        if (isOurs && cut.Ms != _sweptMs && isSettled) Sweep(retention);
    }

    /// <summary>Moves the cut on where a day has passed, and notes once an hour how late it is.</summary>
    private void Advance(IRetentionStore retention, long? seenMs, long keepForMs)
    {
        if (!_clock.HasBegun)
        {
            if ((seenMs ?? FindNewestMs()) is not { } begunMs) return;
            _clock.Begin(begunMs);
        }

        var followedMs = _clock.FollowMs();
        SayHowFarBehind(followedMs);
        var cutMs = FloorToDay(followedMs - keepForMs);
        var isDue = cutMs > cut.Ms && cutMs > Limits.FirstInstantMs;
        if (!isDue && followedMs - seenMs < HourMs) return;
        Show(() => retention.Keep(new(isDue ? cutMs : null, followedMs)), isDue ? cutMs : cut.Ms);
        if (isDue)
            Log.RetentionCut(
                logger, DateTimeOffset.FromUnixTimeMilliseconds(cutMs), TimeSpan.FromMilliseconds(keepForMs));
    }

    /// <summary>On the writer's thread, so that no event that it checked is stored after the cut moved.</summary>
    private void Show(Action keep, long cutMs) => writer.RunAsync(
        () =>
        {
            keep();
            cut.Advance(cutMs);
            hours.ForgetBefore(cut.Ms);
        },
        CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The newest event that the store had: it was that late at least. Null: there is none, and nothing to
    /// delete.</summary>
    private long? FindNewestMs()
    {
        var nowMs = clock.NowMs();
        long? newestMs = null;
        foreach (var agent in timelines.Agents)
            if (timelines.Find(agent) is { Count: > 0 } timeline && !(newestMs >= timeline.LastOccurredAtMs))
                newestMs = Math.Min(timeline.LastOccurredAtMs, nowMs);
        return newestMs;
    }

    private void SayHowFarBehind(long followedMs)
    {
        var behind = TimeSpan.FromMilliseconds(clock.NowMs() - followedMs);
        if (behind < ServerLimits.ClockFollowedSaid) return;
        if (_waitSaidAt is { } at && clock.GetElapsedTime(at) < TimeSpan.FromDays(1)) return;
        _waitSaidAt = clock.GetTimestamp();
        Log.RetentionBehindClock(logger, behind.TotalDays, ServerLimits.ClockFollowedTimes);
    }

    private void Sweep(IRetentionStore retention)
    {
        var cutMs = cut.Ms;
        var started = clock.GetTimestamp();
        var deleted = new Dictionary<DeletedKind, long>();
        var timing = Stopwatch.StartNew();
        foreach (var (kind, count) in retention.Delete(cutMs, loader.EventsFromMs, () => _portion.Rows))
        {
            if (count > 0) instruments.RowsDeleted(kind, count);
            deleted[kind] = deleted.GetValueOrDefault(kind) + count;

            // Most of the time belongs to others.
            if (_stop.WaitOne(_portion.Learn(timing.Elapsed))) return;
            timing.Restart();
        }

        _sweptMs = cutMs;
        Log.RetentionDone(
            logger, DateTimeOffset.FromUnixTimeMilliseconds(cutMs), deleted.GetValueOrDefault(DeletedKind.Events),
            deleted.GetValueOrDefault(DeletedKind.Retractions), deleted.GetValueOrDefault(DeletedKind.CallSteps),
            deleted.GetValueOrDefault(DeletedKind.OfflinePeriods),
            deleted.GetValueOrDefault(DeletedKind.HoursVersions), clock.GetElapsedTime(started).TotalSeconds);
    }

    private static long FloorToDay(long instantMs) => instantMs - (((instantMs % DayMs) + DayMs) % DayMs);
}
