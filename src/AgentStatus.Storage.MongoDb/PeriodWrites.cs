using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Collects what becomes of agents' offline periods, and writes what of it is not so yet: with one find, a command that
/// puts and, where periods go, one that deletes. Many periods come in portions, each in the time that a write has:
/// whatever fails, the next try has less to do. The writer's thread only.
/// </summary>
internal sealed class PeriodWrites(TimedCalls calls, ServerRegistry registry)
{
    /// <summary>Periods of one command: tens of milliseconds.</summary>
    private const int Portion = 200;

    private readonly BsonWriter _filter = new();
    private readonly BsonWriter _document = new();
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
        // The call may outlive the wait for it: what it reads is its own.
        var replacements = _pending;
        _pending = [];
        try
        {
            var compared = Make(client => PeriodComparison.Make(client, replacements));
            foreach (var some in compared.Changed.Chunk(Portion))
            {
                Make(client =>
                {
                    Put(client, some);
                    return true;
                });
            }

            foreach (var some in compared.Removed.Chunk(Portion))
            {
                Make(client =>
                {
                    Delete(client, some);
                    return true;
                });
            }
        }
        catch (MongoException failure)
        {
            throw MongoFailures.Unconfirmed(failure);
        }
    }

    private T Make<T>(Func<MongoClient, T> work) => calls.Make((client, _) =>
    {
        // Who overwrites periods is known to live: if it dies of it, others look after them.
        registry.EnsureWatched(client);
        return work(client);
    });

    private void Put(MongoClient client, OfflinePeriod[] periods, bool isRepeated = false)
    {
        if (periods.Length == 0)
            return;
        using var bulk = client.Bulk(Collections.OfflinePeriods);
        foreach (var period in periods)
        {
            _filter.Begin().String("_id"u8, PeriodDocument.Id(period)).Int64("company_id"u8, period.Agent.CompanyId);
            PeriodDocument.Write(_document.Begin(), period);
            bulk.ReplaceOne(_filter.Finish(), _document.Finish(), upsert: true);
        }

        var result = Confirmed(bulk);
        // Two servers that put the same new period at once: for one of them it is there by now.
        if (result.Errors.Any(error => !error.IsDuplicateKey) || (result.Errors.Count > 0 && isRepeated))
            throw Refused(result);
        Put(client, [.. result.Errors.Select(error => periods[error.Index])], isRepeated: true);
    }

    private void Delete(MongoClient client, string[] ids)
    {
        using var bulk = client.Bulk(Collections.OfflinePeriods);
        foreach (var id in ids)
            bulk.DeleteOne(_filter.Begin().String("_id"u8, id).Finish());
        var result = Confirmed(bulk);
        if (result.Errors.Count > 0)
            throw Refused(result);
    }

    private static MongoBulkResult Confirmed(MongoBulk bulk)
    {
        var result = bulk.Execute();
        return result.Unconfirmed is null ? result : throw result.Unconfirmed;
    }

    private static MongoException Refused(MongoBulkResult result) => new(
        MongoErrorDomain.Server, result.Errors[0].Code, $"{Collections.OfflinePeriods}: {result.Errors[0].Message}");
}
