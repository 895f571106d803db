using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite file in a directory of its own, in WAL mode and synced at each commit. One server at
/// a time.
/// </summary>
public sealed class SqliteStatusStore : IStatusStore
{
    /// <summary>The database's name in the store's directory.</summary>
    public const string FileName = "agentstatus.db";

    private readonly DirectoryLock _lock;
    private readonly SqliteFile _file;
    private readonly SqliteFailures _failures;
    private readonly SqliteSession _writer;
    private readonly ReaderPool _readers;
    private SqliteBatch? _batch;

    private SqliteStatusStore(
        DirectoryLock directoryLock, SqliteFile file, SqliteFailures failures, SqliteSession writer)
    {
        _lock = directoryLock;
        _file = file;
        _failures = failures;
        _writer = writer;
        _readers = new(file);
    }

    /// <inheritdoc/>
    public string Description => $"SQLite in {_file.Path}";

    /// <summary>Opens the store in this directory, and makes both where they are missing.</summary>
    /// <exception cref="StoreException">
    /// The directory cannot be written, another server has it open, or its file is damaged, foreign or of a newer
    /// version.
    /// </exception>
    public static SqliteStatusStore Open(string directory)
    {
        var path = Path.GetFullPath(directory);
        var file = new SqliteFile(Path.Combine(path, FileName));
        var failures = new SqliteFailures(file.Path);
        var directoryLock = DirectoryLock.Take(path);
        try
        {
            return new(directoryLock, file, failures, failures.Explain(file.OpenWriter));
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        Read(session => session.Events.Read(agent, fromMs, toMs));

    /// <inheritdoc/>
    public IEnumerable<AgentEvents> ReadMemory(long horizonMs)
    {
        using var scan = _failures.Explain(() => new MemoryScan(_file.OpenScan(), horizonMs));
        Func<bool> readAgent = scan.ReadAgent;
        while (_failures.Explain(readAgent))
            yield return scan.Current;
    }

    /// <inheritdoc/>
    public IEnumerable<StoredHours> ReadHours() => Read(session => session.Hours.Read());

    /// <inheritdoc/>
    public IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs) =>
        Read(session => session.OfflinePeriods.Read(agent, fromMs));

    /// <inheritdoc/>
    public IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs) =>
        Read(session => session.OfflinePeriods.FindStale(companyId, hoursInForceFromMs));

    /// <inheritdoc/>
    public IStoreBatch BeginBatch()
    {
        if (_batch is { IsDisposed: false })
            throw new InvalidOperationException("The last batch is still open.");
        return _batch = _failures.Explain(() => new SqliteBatch(_writer, _failures));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The writer last of the connections: the last one to close brings the log home into the database file.
        _readers.Dispose();
        _writer.Dispose();
        _lock.Dispose();
    }

    private T Read<T>(Func<SqliteSession, T> read) => _failures.Explain(() =>
    {
        using var lease = _readers.Rent();
        return read(lease.Session);
    });
}
