using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Memory;

/// <summary>What an agent is or was at an instant: from memory at once, else with the store's help. Any
/// thread.</summary>
/// <param name="loader">Knows what lies before memory's horizon. Its reads block, so a few threads do them
/// (<see cref="ServerLimits.StoreReads"/> at a time) and the request awaits.</param>
/// <param name="cut">Nothing is told of the time before it; who asks for it is refused before.</param>
/// <param name="wantsSince">Told of an agent whose status in force at the horizon began before it, so that memory
/// learns since when and the next answer needs no store.</param>
internal sealed class StatusLookup(
    TimelineIndex timelines,
    TimelineLoader loader,
    CompanyLabels labels,
    RetentionCut cut,
    Action<AgentKey> wantsSince) : IDisposable
{
    private readonly SemaphoreSlim _places = new(ServerLimits.StoreReads);

    /// <summary>The answer if memory has it.</summary>
    public bool TryFind(AgentKey agent, long instantMs, out StatusAt answer)
    {
        if (!timelines.TryAt(agent, instantMs, out answer)) return false;
        if (answer.SinceMs < cut.Ms) answer = cut.Clip(answer, instantMs);
        return true;
    }

    /// <summary>The answer, wherever it is.</summary>
    public async ValueTask<StatusAt> FindAsync(AgentKey agent, long instantMs, CancellationToken cancellation)
    {
        if (TryFind(agent, instantMs, out var known)) return known;
        var timeline = timelines.Find(agent);
        if (timeline.Covers(instantMs)) wantsSince(agent);
        return await ReadAsync(() => cut.Clip(loader.At(agent, timeline, instantMs), instantMs), cancellation);
    }

    /// <summary>Has the store read, on one of the few threads that may.</summary>
    public async Task<T> ReadAsync<T>(Func<T> read, CancellationToken cancellation)
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

    /// <summary>The text of the label under a status; empty: none.</summary>
    public string LabelOf(long companyId, in StatusAt at) => labels.TextOf(companyId, at.Label);

    public void Dispose() => _places.Dispose();
}
