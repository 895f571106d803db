using System.Collections.Concurrent;

namespace AgentStatus.Server.Tests.Replication;

/// <summary>A feed whose readings end when the test says what they give.</summary>
internal sealed class ManualFeed(long knownThroughMs) : IChangeFeed, ISharedStore
{
    private readonly BlockingCollection<Func<Changes>> _readings = [];
    private int _begun;
    private int _given;

    /// <summary>Readings that have begun, and of these the ones that have ended, failed ones too.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public int Given => Volatile.Read(ref _given);

    public IChangeFeed Follow() => this;

    public void Probe()
    {
    }

    public void AddRejected(IReadOnlyList<RejectedEvent> rejected) => Assert.Empty(rejected);

    public Changes Read()
    {
        Interlocked.Increment(ref _begun);
        try
        {
            return _readings.TryTake(out var reading, Until.Limit) ? reading() : All();
        }
        finally
        {
            Interlocked.Increment(ref _given);
        }
    }

    /// <summary>Ends a reading, which gives everything that there is.</summary>
    public void Give(params StatusEvent[] events) => _readings.Add(() => All(events));

    /// <summary>Ends a reading behind which there is more.</summary>
    public void GiveSome(params StatusEvent[] events) =>
        _readings.Add(() => All(events) with { KnownThroughMs = null });

    /// <summary>Ends a reading that tells of an erasure which this server missed.</summary>
    public void GiveErased(Erasure missed) => _readings.Add(
        () => All() with { Erased = [new(missed.CompanyId, ErasedIds.Of(missed))] });

    /// <summary>Makes a reading fail.</summary>
    public void GiveFailure(Exception failure) => _readings.Add(() => throw failure);

    /// <summary>Ends the reading that has begun, and waits until what it gave is in memory and the next one has
    /// begun.</summary>
    public async Task GiveAsync(params StatusEvent[] events)
    {
        var begun = Begun;
        Give(events);
        await Until.TrueAsync(() => Begun > begun);
    }

    /// <summary>From now on readings end at once, with nothing.</summary>
    public void End() => _readings.CompleteAdding();

    private Changes All(params StatusEvent[] events) => new(events, [], [], [], knownThroughMs, 0, []);
}
