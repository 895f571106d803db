using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Memory;

/// <summary>The requests' way to <see cref="TimelineLoader"/>: store reads block, so a few threads do them
/// (<see cref="ServerLimits.StoreReads"/> at a time) and the request awaits.</summary>
internal sealed class TimelineReads(IStatusStore store) : IDisposable
{
    private readonly SemaphoreSlim _places = new(ServerLimits.StoreReads);

    public Task<StatusAt> AtAsync(AgentKey agent, Timeline timeline, long instantMs, CancellationToken cancellation) =>
        ReadAsync(() => TimelineLoader.At(store, agent, timeline, instantMs), cancellation);

    /// <summary>The same timeline, covered from an instant on.</summary>
    public ValueTask<Timeline> CoverAsync(
        AgentKey agent, Timeline timeline, long coveredFromMs, CancellationToken cancellation) =>
        timeline.Covers(coveredFromMs)
            ? ValueTask.FromResult(timeline)
            : new(ReadAsync(() => TimelineLoader.ExtendBack(store, agent, timeline, coveredFromMs), cancellation));

    public void Dispose() => _places.Dispose();

    private async Task<T> ReadAsync<T>(Func<T> read, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return await Task.Run(read, cancellation);
        }
        finally
        {
            _places.Release();
        }
    }
}
