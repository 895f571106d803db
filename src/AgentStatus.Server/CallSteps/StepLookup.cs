using AgentStatus.Core.Rings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CallSteps;

/// <summary>Call steps as the store has them, and what their rings come to now: asked of the same
/// <see cref="StatusLookup"/> as a ring that is classified. The store's reads block, so a few threads do them
/// (<see cref="ServerLimits.StepReads"/> at a time) and the request awaits. Any thread.</summary>
internal sealed class StepLookup(IStatusStore store, StatusLookup statuses) : IDisposable
{
    private readonly SemaphoreSlim _places = new(ServerLimits.StepReads);

    /// <inheritdoc cref="ICallStepStore.Read"/>
    public Task<IReadOnlyList<CallStep>> ReadAsync(
        StepQuery query, IReadOnlyList<long> callIds, int most, CancellationToken cancellation) =>
        AskAsync(steps => steps.Read(query, callIds, most), cancellation);

    /// <inheritdoc cref="ICallStepStore.Find"/>
    public Task<CallScan> FindAsync(StepQuery query, CallAt after, int most, CancellationToken cancellation) =>
        AskAsync(steps => steps.Find(query, after, most), cancellation);

    /// <summary>Whether memory alone answers for this step.</summary>
    public bool IsInMemory(CallStep step) => statuses.TryFind(AgentOf(step), step.Ring.RingAtMs, out _);

    /// <summary>What is answered for the step's ring now.</summary>
    public async ValueTask<StepClassification> ClassifyAsync(
        CallStep step, long knownThroughMs, CancellationToken cancellation) => Classify(
        step.Ring.CompanyId,
        await statuses.FindAsync(AgentOf(step), step.Ring.RingAtMs, cancellation),
        step.Outcome,
        knownThroughMs);

    /// <summary>The classification of a ring with this evidence.</summary>
    public StepClassification Classify(long companyId, in StatusAt at, RingOutcome outcome, long knownThroughMs)
    {
        var classification = RingClassifier.Classify(at.Status, outcome);
        return new(
            classification, RingClassifier.Label(classification), at.Status, statuses.LabelOf(companyId, at),
            at.Status == Status.Unknown ? null : at.SinceMs, at.Origin, knownThroughMs);
    }

    public void Dispose() => _places.Dispose();

    private static AgentKey AgentOf(CallStep step) => new(step.Ring.CompanyId, step.Ring.AgentId);

    private async Task<T> AskAsync<T>(Func<ICallStepStore, T> question, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => question(store.CallSteps), cancellation);
        }
        finally
        {
            _places.Release();
        }
    }
}
