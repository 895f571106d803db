using System.Collections.Concurrent;
using AgentStatus.Core;
using AgentStatus.Server.Tests.Running;
using AgentStatus.Storage;

namespace AgentStatus.Server.Tests.Following;

/// <summary>A feed whose readings end when the test says what they give; each gives everything that there is.</summary>
internal sealed class HandFeed(long knownThroughMs) : IChangeFeed
{
    private readonly BlockingCollection<StatusEvent[]> _given = [];
    private int _begun;

    public Changes Read(bool periodsSettled)
    {
        Interlocked.Increment(ref _begun);
        return new(_given.TryTake(out var events, Until.Limit) ? events : [], [], knownThroughMs, 0, []);
    }

    /// <summary>Ends a reading.</summary>
    public void Give(params StatusEvent[] events) => _given.Add(events);

    /// <summary>
    /// Ends the reading that has begun, and waits until what it gave is in memory and the next one has begun.
    /// </summary>
    public async Task GiveAsync(params StatusEvent[] events)
    {
        var begun = Volatile.Read(ref _begun);
        Give(events);
        await Until.TrueAsync(() => Volatile.Read(ref _begun) > begun);
    }

    /// <summary>From now on readings end at once, with nothing.</summary>
    public void End() => _given.CompleteAdding();
}
