using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Sqlite;

/// <summary>One write transaction.</summary>
internal sealed class SqliteBatch : IStoreBatch
{
    private readonly SqliteSession _writer;
    private readonly SqliteFailures _failures;
    private bool _failed;
    private bool _committed;

    public SqliteBatch(SqliteSession writer, SqliteFailures failures)
    {
        _writer = writer;
        _failures = failures;
        writer.Begin();
    }

    public bool IsDisposed { get; private set; }

    public bool AddsAtOnce => false;

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events) => Step(() =>
    {
        var results = new AppendResult[events.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = _writer.Events.Append(events[i]);
        return results;
    });

    public StoredHours AddHours(StoredHours hours) => Step(() => _writer.Hours.Add(hours));

    public void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods) =>
        Step(() => _writer.OfflinePeriods.Replace(agent, fromMs, periods));

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        Step(() => _writer.Events.Read(agent, fromMs, toMs));

    public void Commit()
    {
        Step(_writer.Commit);
        _committed = true;
    }

    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        if (!_committed)
            _failures.Explain(_writer.RollBack);
    }

    /// <summary>
    /// SQLite ends the transaction by itself at some failures (a full disk, for one), and a later write would be
    /// committed on its own: after a failure, none comes.
    /// </summary>
    private T Step<T>(Func<T> work)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_committed)
            throw new InvalidOperationException("The batch is committed.");
        if (_failed)
            throw new StoreException("An earlier step of this batch failed: nothing of it is stored.");
        _failed = true;
        var result = _failures.Explain(work);
        _failed = false;
        return result;
    }

    private void Step(Action work) => Step(() =>
    {
        work();
        return true;
    });
}
