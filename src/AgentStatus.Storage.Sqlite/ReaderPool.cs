using System.Collections.Concurrent;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Reading connections, opened as threads ask for them and kept. Who finds all of them rented waits.</summary>
internal sealed class ReaderPool(SqliteFile file) : IDisposable
{
    /// <summary>More readers would only wait for the same disk, each with a page cache of its own.</summary>
    private const int MaxReaders = 8;

    private readonly SemaphoreSlim _free = new(MaxReaders, MaxReaders);
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads with one of the connections.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public T Read<T>(Func<SqliteSession, T> read) => file.Explain(() =>
    {
        _free.Wait();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return ReadWith(_idle.TryTake(out var idle) ? idle : file.OpenReader(), read);
        }
        finally
        {
            _free.Release();
        }
    });

    /// <summary>Closes the idle connections; a rented one closes when it comes back.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var session))
            session.Dispose();
    }

    private T ReadWith<T>(SqliteSession session, Func<SqliteSession, T> read)
    {
        try
        {
            return read(session);
        }
        finally
        {
            _idle.Add(session);
            if (_disposed)
                Dispose();
        }
    }
}
