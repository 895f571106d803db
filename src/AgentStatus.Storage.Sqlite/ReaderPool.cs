using System.Collections.Concurrent;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Reading connections, opened as threads ask for them and kept. Who finds all of them rented waits.</summary>
internal sealed class ReaderPool(SqliteFile file, SqliteFailures failures) : IDisposable
{
    /// <summary>More readers would only wait for the same disk, each with a page cache of its own.</summary>
    private const int MaxReaders = 8;

    private readonly SemaphoreSlim _free = new(MaxReaders, MaxReaders);
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads with one of the connections.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public T Read<T>(Func<SqliteSession, T> read) => failures.Explain(() =>
    {
        using var lease = Rent();
        return read(lease.Session);
    });

    private Lease Rent()
    {
        _free.Wait();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return new(this, _idle.TryTake(out var session) ? session : file.OpenReader());
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    /// <summary>Closes the idle connections; a rented one closes when it comes back.</summary>
    public void Dispose()
    {
        _disposed = true;
        CloseIdle();
    }

    private void Return(SqliteSession session)
    {
        _idle.Add(session);
        if (_disposed)
            CloseIdle();
        _free.Release();
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var session))
            session.Dispose();
    }

    private readonly record struct Lease(ReaderPool Pool, SqliteSession Session) : IDisposable
    {
        public void Dispose() => Pool.Return(Session);
    }
}
