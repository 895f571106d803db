using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Companies' business hours, at most CacheFor old while the source answers and the last good ones while it
/// does not. One fetch at a time for a company, shared by all who wait for it. Safe on any thread.</summary>
internal sealed class CompanySettingsCache(
    SettingsFetcher fetcher,
    CompanyHours hours,
    TimelineIndex timelines,
    CompanySettingsOptions options,
    TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<long, FetchState> _states = new(IdComparer.Instance);
    private readonly FetchPlaces _places = new();
    private readonly CancellationTokenSource _stop = new();
    private int _withoutEvents;

    /// <summary>The company's hours at once if any are known, however old, with a fetch in the background if one is
    /// due. Otherwise waits for the fetch under way; null if there is none or it failed: the settings are unavailable.
    /// The token ends this caller's wait, not the fetch. Of a company without events nothing is stored.</summary>
    public ValueTask<HoursHistory?> FindAsync(long companyId, CancellationToken cancellation)
    {
        // In this order: a fetch that has just ended has published its hours before.
        var state = State(companyId);
        var fetch = FetchIfDue(companyId, state, options.CacheFor, isAsked: true);
        var known = Known();
        return known is not null || fetch.IsCompleted
            ? ValueTask.FromResult(known ?? Known())
            : new ValueTask<HoursHistory?>(WaitAsync());

        HoursHistory? Known() => hours.Find(companyId) ?? state.Passing;

        async Task<HoursHistory?> WaitAsync()
        {
            await fetch.WaitAsync(cancellation);
            return Known();
        }
    }

    /// <summary>The same, and the faults of the last answer. Waits for the fetch under way if there was no answer since
    /// the start; null if it brings none: the settings are unavailable.</summary>
    public async ValueTask<(HoursHistory? Hours, IReadOnlyList<HoursFault>? Faults)> FindWithFaultsAsync(
        long companyId, CancellationToken cancellation)
    {
        await FindAsync(companyId, cancellation);
        var state = State(companyId);
        if (state.Faults is null)
        {
            Task fetch;
            lock (state.Gate) fetch = state.Fetch;
            await fetch.WaitAsync(cancellation);
        }

        return (hours.Find(companyId) ?? state.Passing, state.Faults);
    }

    /// <summary>Why the company's hours were refused when they were fetched last; null: they were not.</summary>
    public IReadOnlyList<HoursFault>? RefusalOf(long companyId) =>
        _states.GetValueOrDefault(companyId) is { IsRefused: true } state ? state.Faults : null;

    /// <summary>Companies whose settings were not good when they were fetched last, by what was wrong.</summary>
    public IEnumerable<(string Fault, int Companies)> CountFaults()
    {
        var (refused, entries, failed) = (0, 0, 0);
        foreach (var state in _states.Values.Where(state => state.HasEvents))
        {
            if (state.IsRefused) refused++;
            else if (state.Faults is { Count: > 0 }) entries++;
            else if (state.Failures > 0) failed++;
        }

        return [("refused", refused), ("agents", entries), ("not_fetched", failed)];
    }

    /// <summary>Starts a fetch if one is due, for a company that has an event; neither waits nor throws.</summary>
    public void StartFetch(long companyId) => _ = RefreshAsync(companyId, options.CacheFor);

    /// <summary>Waits for the fetch of hours that are at least half of CacheFor old, for a company that has an event;
    /// returns at once if they are younger.</summary>
    public async ValueTask RefreshAsync(long companyId, CancellationToken cancellation) =>
        await RefreshAsync(companyId, options.CacheFor / 2).WaitAsync(cancellation);

    /// <summary>Forgets all about a company that was erased. What a fetch under way brings is not stored: the company
    /// has no events.</summary>
    public void Forget(long companyId) => _states.TryRemove(companyId, out _);

    /// <summary>Ends the fetches under way, which still look at the token: it has nothing else to free.</summary>
    public void Dispose() => _stop.Cancel();

    /// <summary>Forgets the ETags of companies that nobody has asked for in a while; their hours stay known.</summary>
    public void ForgetIdle()
    {
        var idle = options.CacheFor + TimeSpan.FromMilliseconds(ServerLimits.SettingsIdleMs);
        Forget(state => state.Fetch.IsCompleted
            && (state.EndedAt is not { } endedAt || time.GetElapsedTime(endedAt) >= idle));
    }

    /// <summary>Companies that callers make up are without number: of these few are remembered.</summary>
    private FetchState State(long companyId)
    {
        if (_states.TryGetValue(companyId, out var known)) return known;
        var state = new FetchState { HasEvents = timelines.HasEvents(companyId) };
        if (!state.HasEvents && Interlocked.Increment(ref _withoutEvents) > ServerLimits.SettingsKeptWithoutEvents)
            Forget(other => !other.HasEvents && other.Fetch.IsCompleted);
        return _states.GetOrAdd(companyId, state);
    }

    private void Forget(Predicate<FetchState> isForgotten)
    {
        var kept = 0;
        foreach (var (companyId, state) in _states)
        {
            if (isForgotten(state)) _states.TryRemove(companyId, out _);
            else if (!state.HasEvents) kept++;
        }

        _withoutEvents = kept;
    }

    private Task RefreshAsync(long companyId, TimeSpan maxAge)
    {
        var state = State(companyId);
        state.HasEvents = true;
        return FetchIfDue(companyId, state, maxAge, isAsked: false);
    }

    private Task FetchIfDue(long companyId, FetchState state, TimeSpan maxAge, bool isAsked)
    {
        if (!state.HasEvents) state.HasEvents = timelines.HasEvents(companyId);
        var urgency = !state.HasEvents ? FetchUrgency.WithoutEvents
            : isAsked && hours.Find(companyId) is null ? FetchUrgency.Asked
            : FetchUrgency.Refresh;
        lock (state.Gate)
        {
            if (!state.Fetch.IsCompleted)
            {
                if (urgency < state.Urgency) _places.Hurry(state.Turn!, state.Urgency = urgency);
            }
            else if (IsDue(state, maxAge) && _places.TryQueue(urgency) is { } turn)
            {
                (state.Turn, state.Urgency) = (turn, urgency);
                state.Fetch = Task.Run(() => FetchAsync(companyId, state, turn), CancellationToken.None);
            }

            return state.Fetch;
        }
    }

    /// <summary>What was not stored is due at once when the company has its first event.</summary>
    private bool IsDue(FetchState state, TimeSpan maxAge) =>
        state.EndedAt is not { } endedAt
        || (state.HasEvents && state.Passing is not null)
        || time.GetElapsedTime(endedAt) >= (state.Pause < maxAge ? state.Pause : maxAge);

    private async Task FetchAsync(long companyId, FetchState state, FetchTurn turn)
    {
        try
        {
            await Task.WhenAll(hours.WhenLoaded, turn.Task).WaitAsync(_stop.Token);
            var isGood = await fetcher.FetchAsync(companyId, state, _stop.Token);
            state.Failures = isGood ? 0 : state.Failures + 1;
            state.Pause = isGood ? options.CacheFor : PauseAfter(state.Failures);
            state.EndedAt = time.GetTimestamp();
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            _places.Leave(turn);
        }

    }

    private static TimeSpan PauseAfter(int failures) => TimeSpan.FromMilliseconds(
        Math.Min(ServerLimits.SettingsRetryFirstMs * Math.Pow(2, failures - 1), ServerLimits.SettingsRetryLastMs));
}
