using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.MongoDb.Following;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Collects what becomes of agents' offline periods, and writes what of it is not so yet: with one find, a command that
/// puts and, where periods go, one that deletes. Many periods come in portions, each in the time that a write has:
/// whatever fails, the next try has less to do. The writer's thread only.
/// </summary>
internal sealed class PeriodWrites(StatusDatabase database, TimedOperations operations, ServerRegistry registry)
{
    /// <summary>Periods of one command: tens of milliseconds.</summary>
    private const int Portion = 200;

    private Dictionary<AgentKey, PeriodReplacement> _pending = [];

    /// <summary>See <see cref="IStoreBatch.ReplaceOfflinePeriods"/>.</summary>
    public void Replace(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods)
    {
        // A second change of one agent builds on the first.
        if (_pending.ContainsKey(agent))
            Flush();
        _pending.Add(agent, new(agent, fromMs, periods));
    }

    /// <summary>Forgets what was not written.</summary>
    public void Clear() => _pending.Clear();

    /// <exception cref="StoreUnreachableException">
    /// Not confirmed: computing them anew and writing them heals.
    /// </exception>
    public void Flush()
    {
        if (_pending.Count == 0)
            return;
        var replacements = _pending;
        _pending = [];
        var compared = Make(time => PeriodComparison.MakeAsync(database, replacements, time));
        foreach (var some in compared.Changed.Chunk(Portion))
            Make(time => PutAsync(some, time.Token));
        foreach (var some in compared.Removed.Chunk(Portion))
            Make(time => DeleteAsync(some, time.Token));
    }

    private T Make<T>(Func<TimeLimit, Task<T>> work) => operations.Write(async time =>
    {
        // Who overwrites periods is known to live: if it dies of it, others look after them.
        await registry.EnsureWatchedAsync(time.Token);
        return await work(time);
    });

    private async Task<bool> PutAsync(OfflinePeriod[] periods, CancellationToken cancel)
    {
        var taken = await database.OfflinePeriods.WriteAsync(periods.Select(Put), cancel);
        // Two servers that put the same new period at once: for one of them it is there by now.
        if (taken.Count > 0)
            await database.OfflinePeriods.WriteAsync(taken.Select(index => Put(periods[index])), cancel);
        return true;
    }

    private static ReplaceOneModel<PeriodDocument> Put(OfflinePeriod period) => new(
        new BsonDocument { { "_id", PeriodDocument.IdOf(period) }, { "company_id", period.Agent.CompanyId } },
        new PeriodDocument(period))
    {
        IsUpsert = true,
    };

    private Task<IReadOnlyList<int>> DeleteAsync(string[] ids, CancellationToken cancel) =>
        database.OfflinePeriods.WriteAsync(
            ids.Select(id => new DeleteOneModel<PeriodDocument>(new BsonDocument("_id", id))), cancel);
}
