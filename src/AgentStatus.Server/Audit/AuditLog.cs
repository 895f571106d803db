using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Audit;

/// <summary>Writes the audit log: all entries that have come since the last writing with one commit. What the store
/// does not take waits in memory and is tried again; what is left at the end goes to the program's log. Any
/// thread.</summary>
internal sealed class AuditLog(IAuditStore store, ILogger<AuditLog> logger, TimeProvider clock) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];
    private Task _writing = Task.CompletedTask;
    private ITimer? _retry;
    private bool _isEnded;

    /// <summary>Adds an entry.</summary>
    /// <returns>Ends when the entry is durable, or once the store did not take it: nobody waits for a store that does
    /// not answer longer than one write may take.</returns>
    public Task AddAsync(AuditEntry entry)
    {
        lock (_lock)
        {
            if (_isEnded || _waiting.Count >= ServerLimits.AuditEntriesWaiting)
            {
                TellLost(entry);
                return Task.CompletedTask;
            }

            var waiting = new Waiting(entry);
            _waiting.Enqueue(waiting);
            if (_retry is not null) return Task.CompletedTask;
            if (_writing.IsCompleted) _writing = Task.Run(Write);
            return waiting.Tried.Task;
        }
    }

    /// <summary>Writes what waits, once more; the rest goes to the program's log. No more entries are taken.</summary>
    public void Dispose()
    {
        Task writing;
        lock (_lock)
        {
            _isEnded = true;
            writing = _writing;
        }

        writing.Wait();
        Write();
        _retry?.Dispose();
        foreach (var waiting in _waiting) TellLost(waiting.Entry);
    }

    /// <summary>Writes until nothing waits, or the store takes no more. One thread at a time.</summary>
    private void Write()
    {
        while (Next() is { Length: > 0 } entries)
        {
            try
            {
                store.Add([.. entries.Select(waiting => waiting.Entry)]);
            }
            catch (Exception failure)
            {
                TryLater(failure);
                return;
            }

            Remove(entries.Length);
            foreach (var waiting in entries) waiting.Tried.TrySetResult();
        }
    }

    /// <summary>What is written next; where that is nothing, who adds an entry begins to write anew.</summary>
    private Waiting[] Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) _writing = Task.CompletedTask;
            return [.. _waiting.Take(ServerLimits.AuditEntriesAtOnce)];
        }
    }

    private void Remove(int written)
    {
        lock (_lock)
        {
            for (; written > 0; written--) _waiting.Dequeue();
            if (_retry is null) return;
            _retry.Dispose();
            _retry = null;
        }

        Log.AuditWritten(logger);
    }

    /// <summary>Whatever it was, an entry is not given up: the next attempt may do better.</summary>
    private void TryLater(Exception failure)
    {
        Waiting[] tried;
        var isFirst = false;
        lock (_lock)
        {
            _writing = Task.CompletedTask;
            tried = [.. _waiting];
            if (!_isEnded && _retry is null)
            {
                isFirst = true;
                _retry = clock.CreateTimer(_ => Retry(), null, ServerLimits.AuditRetry, ServerLimits.AuditRetry);
            }
        }

        if (isFirst) Log.AuditWaits(logger, failure.Message);
        foreach (var waiting in tried) waiting.Tried.TrySetResult();
    }

    private void Retry()
    {
        lock (_lock)
            if (_writing.IsCompleted && !_isEnded && _waiting.Count > 0) _writing = Task.Run(Write);
    }

    private void TellLost(AuditEntry entry) => Log.AuditEntryLost(
        logger, DateTimeOffset.FromUnixTimeMilliseconds(entry.AtMs), entry.Identity, entry.Address, entry.Rpc,
        entry.CompanyId, entry.AgentId, entry.EventId, entry.Outcome);

    private sealed record Waiting(AuditEntry Entry)
    {
        public TaskCompletionSource Tried { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
