using System.Collections.Concurrent;
using MongoDB.Driver;

namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>
/// This server's own document among the servers: its signs of life, and what the others may rely on. Safe from any
/// thread.
/// </summary>
internal sealed class ServerRegistry(
    StatusDatabase database, string serverId, SequenceNumbers numbers, FollowingLimits limits, TimeProvider clock)
{
    /// <summary>Other servers that were surely watched at that time.</summary>
    private readonly ConcurrentDictionary<string, Refreshed> _watched = new(StringComparer.Ordinal);

    private Refreshed? _refreshed;

    public string ServerId => serverId;

    public SequenceNumbers Numbers => numbers;

    /// <summary>
    /// Writes a sign of life, and all that is known of the own numbers. When it returns, what any server was told to
    /// be stored before the instant that it returns can be read: a majority has this write, and so has all that came
    /// before it.
    /// </summary>
    /// <returns>The database's time when it wrote.</returns>
    /// <exception cref="MongoException">Not confirmed.</exception>
    public async Task<long> RefreshAsync(CancellationToken cancel)
    {
        // Taken before the write: a pause in between makes the sign of life older, never younger.
        var asked = new Refreshed(clock.GetTimestamp(), clock.GetUtcNow());
        var seenAtMs = await ServerDocuments.RefreshAsync(
            database, serverId, numbers.ConfirmedThrough, asked.At.ToUnixTimeMilliseconds(), cancel);
        Volatile.Write(ref _refreshed, asked);
        return seenAtMs;
    }

    /// <summary>
    /// Returns when the other servers surely ask for what this one writes. Costs a look at the clock, or a write if
    /// the last sign of life is old: a process may have been stopped for any time. Call it before a write, and again
    /// before the write is acknowledged.
    /// </summary>
    /// <exception cref="MongoException">The sign of life is not confirmed: nor may the write be.</exception>
    public Task EnsureWatchedAsync(CancellationToken cancel) =>
        Volatile.Read(ref _refreshed) is { } last && AgeOf(last) < limits.RefreshWithin
            ? Task.CompletedTask
            : RefreshAsync(cancel);

    /// <summary>
    /// Returns when the servers surely ask for what these servers wrote. An event can have landed from a server that
    /// nobody asked for any more, and that died before it said a word: before this one tells anybody that it is
    /// stored, the others must look there again. Costs two commands for a server, and then none for a good while.
    /// </summary>
    /// <exception cref="MongoException">It is not confirmed.</exception>
    public async Task EnsureWatchedAsync(IEnumerable<string> serverIds, CancellationToken cancel)
    {
        foreach (var id in serverIds)
        {
            if (id == serverId || (_watched.TryGetValue(id, out var last) && AgeOf(last) < limits.WatchFor / 4))
                continue;
            var asked = new Refreshed(clock.GetTimestamp(), clock.GetUtcNow());
            var nowMs = (await Primary.AskAsync(database, cancel)).ClockMs;
            await ServerDocuments.RecallAsync(
                database, id, nowMs - (long)(limits.WatchFor / 2).TotalMilliseconds, cancel);
            _watched[id] = asked;
        }
    }

    /// <summary>
    /// Says good-bye: nothing of this server is on its way any more. If that is not sure, it says nothing, and the
    /// others wait as for one that died. After the last write and the last reading.
    /// </summary>
    /// <exception cref="MongoException">Not confirmed.</exception>
    public Task StopAsync(CancellationToken cancel)
    {
        var confirmed = numbers.ConfirmedThrough;
        return Volatile.Read(ref _refreshed) is null || confirmed < numbers.Taken
            ? Task.CompletedTask
            : ServerDocuments.StopAsync(database, serverId, confirmed, cancel);
    }

    /// <summary>The other servers seen since an instant of the database's clock; null: all.</summary>
    public Task<List<ServerDocument>> ReadOthersAsync(long? seenSinceMs, CancellationToken cancel) =>
        ServerDocuments.ReadAsync(database, serverId, seenSinceMs, cancel);

    /// <summary>
    /// Deletes what nobody needs: servers that have not been seen for long, and whose events the projection has taken in.
    /// </summary>
    /// <param name="nowMs">The database's time.</param>
    public async Task DeleteOldAsync(IEnumerable<ServerDocument> others, long nowMs, CancellationToken cancel)
    {
        var keepSinceMs = nowMs - (long)limits.KeepFor.TotalMilliseconds;
        var old = others.Where(one => one.SeenAtMs < keepSinceMs).ToList();
        if (old.Count == 0)
            return;
        var checkpoint = (await ProjectionLease.FindAsync(database, cancel))?.Through;
        await ServerDocuments.DeleteAsync(
            database, old.Where(one => checkpoint?.GetValueOrDefault(one.Id) >= one.ConfirmedThrough), cancel);
    }

    // The clock of a suspended machine may stand still; then the time of day tells.
    private TimeSpan AgeOf(Refreshed last)
    {
        var byTimer = clock.GetElapsedTime(last.Timestamp);
        var byTimeOfDay = clock.GetUtcNow() - last.At;
        return byTimer > byTimeOfDay ? byTimer : byTimeOfDay;
    }

    private sealed record Refreshed(long Timestamp, DateTimeOffset At);
}
