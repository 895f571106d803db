using System.IO.Compression;

namespace AgentStatus.Cli.Backup;

/// <summary>The directory of a server's embedded store, while no server has it (docs/storage.md).</summary>
internal sealed class StoreDirectory : IDisposable
{
    private const string Database = "agentstatus.db";
    private const string LockFile = "agentstatus.lock";
    private const string SpoolFile = "spool.db";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>With which every SQLite database begins.</summary>
    private static readonly byte[] Magic = [.. "SQLite format 3\0"u8];

    /// <summary>The database, and what SQLite keeps beside it.</summary>
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    private readonly FileStream _lock;

    /// <summary>Makes it where it is missing.</summary>
    /// <exception cref="CommandFailedException">A server has it.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public StoreDirectory(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
        else Directory.CreateDirectory(Path, Private | UnixFileMode.UserExecute);
        _lock = TakeLock();
        if (!File.Exists(In(SpoolFile))) return;
        _lock.Dispose();
        throw new CommandFailedException($"{Path} has the spool of a server that uses MongoDB; that has no database.");
    }

    public string Path { get; }

    /// <summary>Takes the backup's database instead of what is there.</summary>
    /// <param name="now">What the one that was there is named by.</param>
    /// <returns>Where that one is now; null: there was none.</returns>
    /// <exception cref="CommandFailedException">One is there and is not to be replaced, or the file is no
    /// database.</exception>
    public string? Put(string backup, bool replace, DateTimeOffset now)
    {
        var isThere = File.Exists(In(Database));
        if (isThere && !replace)
            throw new CommandFailedException(
                $"{In(Database)} is there already: choose another directory, or keep it aside with --replace.");
        var unfinished = In($"{Database}.unfinished");
        try
        {
            Copy(backup, unfinished);
            var aside = isThere ? KeepAside(now) : null;
            File.Move(unfinished, In(Database));

            // It says how many events the database has to have; this one may have fewer.
            _lock.SetLength(0);
            return aside;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public void Dispose() => _lock.Dispose();

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private FileStream TakeLock()
    {
        try
        {
            return Open(In(LockFile), FileMode.OpenOrCreate);
        }
        catch (IOException failure)
        {
            throw new CommandFailedException($"{Path} is in use by a server, or cannot be written: {failure.Message}");
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        return new(path, options);
    }

    private static void Copy(string backup, string to)
    {
        using var file = File.OpenRead(backup);
        using var from = backup.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? (Stream)new GZipStream(file, CompressionMode.Decompress)
            : file;
        var begin = new byte[Magic.Length];
        if (from.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) < begin.Length
            || !begin.AsSpan().SequenceEqual(Magic))
            throw new CommandFailedException($"{backup} is not a database.");
        using var copy = Open(to, FileMode.Create);
        copy.Write(begin);
        from.CopyTo(copy);
        copy.Flush(flushToDisk: true);
    }

    private string KeepAside(DateTimeOffset now)
    {
        var aside = In(string.Create(CultureInfo.InvariantCulture, $"{Database}.before-{now:yyyyMMdd'T'HHmmss'Z'}"));
        foreach (var suffix in Suffixes)
            if (File.Exists(In(Database) + suffix)) File.Move(In(Database) + suffix, aside + suffix);
        return aside;
    }
}
