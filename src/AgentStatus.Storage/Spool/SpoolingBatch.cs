using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Spool;

/// <summary>
/// A batch that goes on in the spool when the store is lost: then events are taken, and all else throws at once.
/// </summary>
/// <param name="spool">Takes the events that the store does not.</param>
/// <param name="store">The store's batch; null: the store was lost before.</param>
/// <param name="circuit">Is told when the store is lost.</param>
internal sealed class SpoolingBatch(SpoolFile spool, IStoreBatch? store, Circuit circuit) : IStoreBatch
{
    private StoreUnreachableException? _lost = store is null
        ? circuit.Failure ?? new StoreUnreachableException("The store did not answer when this batch began.")
        : null;

    private bool _hasPeriods;

    public bool AddsAtOnce => true;

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        if (_lost is not null)
            return spool.Append(events);
        return spool.Count == 0 ? AppendNew(events) : AppendUnlessSpooled(events);
    }

    public StoredHours AddHours(StoredHours hours) => Ask(batch => batch.AddHours(hours));

    public void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods)
    {
        Ask(batch =>
        {
            batch.ReplaceOfflinePeriods(agent, fromMs, periods);
            return true;
        });
        _hasPeriods = true;
    }

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        EventMerge.Read(spool, agent, fromMs, toMs, () => Ask(batch => batch.ReadEvents(agent, fromMs, toMs)));

    /// <summary>
    /// Events in the spool are durable already: where only they were added, a lost store does not matter.
    /// </summary>
    public void Commit()
    {
        if (_lost is null || _hasPeriods)
        {
            Ask(batch =>
            {
                batch.Commit();
                return true;
            });
        }
    }

    public void Dispose() => store?.Dispose();

    /// <summary>
    /// An id that is in the spool was taken first, and keeps its place: it is not for a later event with that id to
    /// come before it.
    /// </summary>
    private AppendResult[] AppendUnlessSpooled(IReadOnlyList<EventToAppend> events)
    {
        var found = spool.Find(events);
        var others = events.Where((_, i) => found[i] is null).ToList();
        var appended = others.Count == 0 ? [] : AppendNew(others);
        var next = 0;
        return [.. found.Select(result => result ?? appended[next++])];
    }

    /// <summary>A store that did not confirm may have stored some, or all: the spool takes all of them.</summary>
    private IReadOnlyList<AppendResult> AppendNew(IReadOnlyList<EventToAppend> events)
    {
        try
        {
            return Ask(batch => batch.Append(events));
        }
        catch (StoreUnreachableException)
        {
            return spool.Append(events);
        }
    }

    private T Ask<T>(Func<IStoreBatch, T> question)
    {
        if (_lost is not null)
            throw new StoreUnreachableException(_lost.Message, _lost);
        try
        {
            return question(store!);
        }
        catch (StoreUnreachableException failure)
        {
            _lost = failure;
            circuit.Open(failure);
            throw;
        }
    }
}
