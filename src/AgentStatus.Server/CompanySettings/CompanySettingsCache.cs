using AgentStatus.Server.Memory;
using AgentStatus.Server.Configuration;
using AgentStatus.Core;
using AgentStatus.Core.Hours;
using Microsoft.Extensions.Caching.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>
/// Companies' business hours, at most CacheFor old while the source answers and the last good ones while it does not.
/// One fetch at a time for a company, shared by all who wait for it. Safe on any thread.
/// </summary>
internal sealed class CompanySettingsCache : IDisposable
{
    private readonly SettingsFetcher _fetcher;
    private readonly CompanyHours _hours;
    private readonly TimeSpan _cacheFor;
    private readonly TimeProvider _time;
    private readonly MemoryCache _states;
    private readonly CancellationTokenSource _stop = new();

    public CompanySettingsCache(
        SettingsFetcher fetcher, CompanyHours hours, CompanySettingsOptions options, TimeProvider time)
    {
        _fetcher = fetcher;
        _hours = hours;
        _cacheFor = options.CacheFor;
        _time = time;
        _states = new MemoryCache(new MemoryCacheOptions { Clock = new CacheClock(time) });
    }

    /// <summary>
    /// The company's hours at once if any are known, however old, with a fetch in the background if one is due.
    /// Otherwise waits for the fetch under way; null if there is none or it failed: the settings are unavailable.
    /// </summary>
    /// <param name="companyId">Whose.</param>
    /// <param name="cancellation">Ends this caller's wait, not the fetch.</param>
    public ValueTask<HoursHistory?> FindAsync(long companyId, CancellationToken cancellation)
    {
        // In this order: a fetch that has just ended has published its hours before.
        var fetch = FetchIfDue(companyId, _cacheFor);
        var known = _hours.Find(companyId);
        return known is not null || fetch.IsCompleted
            ? ValueTask.FromResult(known ?? _hours.Find(companyId))
            : new ValueTask<HoursHistory?>(WaitAsync(companyId, fetch, cancellation));
    }

    /// <summary>Starts a fetch if one is due, such as for a company's first event; neither waits nor throws.</summary>
    public void StartFetch(long companyId) => FetchIfDue(companyId, _cacheFor);

    /// <summary>
    /// Waits for the fetch of hours that are at least half of CacheFor old; returns at once if they are younger.
    /// </summary>
    public async ValueTask RefreshAsync(long companyId, CancellationToken cancellation) =>
        await FetchIfDue(companyId, _cacheFor / 2).WaitAsync(cancellation);

    /// <summary>Ends the fetches under way, which still look at the token: it has nothing else to free.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _states.Dispose();
    }

    private async Task<HoursHistory?> WaitAsync(long companyId, Task fetch, CancellationToken cancellation)
    {
        await fetch.WaitAsync(cancellation);
        return _hours.Find(companyId);
    }

    private Task FetchIfDue(long companyId, TimeSpan maxAge)
    {
        var state = StateOf(companyId);
        lock (state.Gate)
        {
            if (state.Fetch.IsCompleted && IsDue(state, maxAge))
                state.Fetch = Task.Run(() => FetchAsync(companyId, state), CancellationToken.None);
            return state.Fetch;
        }
    }

    private bool IsDue(FetchState state, TimeSpan maxAge) =>
        state.EndedAt is not { } endedAt
        || _time.GetElapsedTime(endedAt) >= (state.Pause < maxAge ? state.Pause : maxAge);

    private async Task FetchAsync(long companyId, FetchState state)
    {
        var isGood = await _fetcher.FetchAsync(companyId, state, _stop.Token);
        state.Failures = isGood ? 0 : state.Failures + 1;
        state.Pause = isGood ? _cacheFor : PauseAfter(state.Failures);
        state.EndedAt = _time.GetTimestamp();
    }

    private static TimeSpan PauseAfter(int failures) => TimeSpan.FromMilliseconds(
        Math.Min(ServerLimits.SettingsRetryFirstMs * Math.Pow(2, failures - 1), ServerLimits.SettingsRetryLastMs));

    /// <summary>Who is not asked for any more is forgotten; its hours stay in <see cref="CompanyHours"/>.</summary>
    private FetchState StateOf(long companyId)
    {
        // A boxed long would be hashed as itself, and company ids come from clients: see IdHash.
        var key = new AgentKey(companyId, 0);
        if (_states.TryGetValue(key, out FetchState? known)) return known!;

        // MemoryCache may run a factory twice, and two states would be two fetches at a time.
        lock (_states)
        {
            return _states.GetOrCreate(key, entry =>
            {
                entry.SlidingExpiration = _cacheFor + TimeSpan.FromMilliseconds(ServerLimits.SettingsIdleMs);
                return new FetchState();
            })!;
        }
    }
}
