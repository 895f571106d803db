using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Companies' business hours, at most CacheFor old while the source answers and the last good ones while it
/// does not. One fetch at a time for a company, shared by all who wait for it. Safe on any thread.</summary>
internal sealed class CompanySettingsCache(
    SettingsFetcher fetcher, CompanyHours hours, CompanySettingsOptions options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<long, FetchState> _states = new(IdComparer.Instance);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The company's hours at once if any are known, however old, with a fetch in the background if one is
    /// due. Otherwise waits for the fetch under way; null if there is none or it failed: the settings are unavailable.
    /// The token ends this caller's wait, not the fetch.</summary>
    public ValueTask<HoursHistory?> FindAsync(long companyId, CancellationToken cancellation)
    {
        // In this order: a fetch that has just ended has published its hours before.
        var fetch = FetchIfDue(companyId, options.CacheFor);
        var known = hours.Find(companyId);
        return known is not null || fetch.IsCompleted
            ? ValueTask.FromResult(known ?? hours.Find(companyId))
            : new ValueTask<HoursHistory?>(WaitAsync(companyId, fetch, cancellation));
    }

    /// <summary>Starts a fetch if one is due, such as for a company's first event; neither waits nor throws.</summary>
    public void StartFetch(long companyId) => FetchIfDue(companyId, options.CacheFor);

    /// <summary>Waits for the fetch of hours that are at least half of CacheFor old; returns at once if they are
    /// younger.</summary>
    public async ValueTask RefreshAsync(long companyId, CancellationToken cancellation) =>
        await FetchIfDue(companyId, options.CacheFor / 2).WaitAsync(cancellation);

    /// <summary>Ends the fetches under way, which still look at the token: it has nothing else to free.</summary>
    public void Dispose() => _stop.Cancel();

    /// <summary>Forgets the ETags of companies that nobody has asked for in a while; their hours stay known.</summary>
    public void ForgetIdle()
    {
        var idle = options.CacheFor + TimeSpan.FromMilliseconds(ServerLimits.SettingsIdleMs);
        foreach (var (companyId, state) in _states)
        {
            if (state.Fetch.IsCompleted && state.EndedAt is { } endedAt && time.GetElapsedTime(endedAt) >= idle)
                _states.TryRemove(companyId, out _);
        }
    }

    private async Task<HoursHistory?> WaitAsync(long companyId, Task fetch, CancellationToken cancellation)
    {
        await fetch.WaitAsync(cancellation);
        return hours.Find(companyId);
    }

    private Task FetchIfDue(long companyId, TimeSpan maxAge)
    {
        var state = _states.GetOrAdd(companyId, _ => new FetchState());
        lock (state.Gate)
        {
            if (state.Fetch.IsCompleted && IsDue(state, maxAge))
                state.Fetch = Task.Run(() => FetchAsync(companyId, state), CancellationToken.None);
            return state.Fetch;
        }
    }

    private bool IsDue(FetchState state, TimeSpan maxAge) =>
        state.EndedAt is not { } endedAt
        || time.GetElapsedTime(endedAt) >= (state.Pause < maxAge ? state.Pause : maxAge);

    private async Task FetchAsync(long companyId, FetchState state)
    {
        var isGood = await fetcher.FetchAsync(companyId, state, _stop.Token);
        state.Failures = isGood ? 0 : state.Failures + 1;
        state.Pause = isGood ? options.CacheFor : PauseAfter(state.Failures);
        state.EndedAt = time.GetTimestamp();
    }

    private static TimeSpan PauseAfter(int failures) => TimeSpan.FromMilliseconds(
        Math.Min(ServerLimits.SettingsRetryFirstMs * Math.Pow(2, failures - 1), ServerLimits.SettingsRetryLastMs));
}
