namespace AgentStatus.Storage.Sqlite;

/// <summary>Copies the database to a file beside it: SQLite reads one state of it for that, and writes go on.</summary>
internal sealed class SqliteBackup : IStoreBackup
{
    /// <summary>The copy's name, in the store's directory.</summary>
    public const string FileName = "agentstatus.backup";

    private readonly SqliteFile _file;
    private readonly string _path;

    /// <param name="file">Locked by this process: what lies there is left of one that ended.</param>
    public SqliteBackup(SqliteFile file)
    {
        _file = file;
        _path = Path.Combine(Path.GetDirectoryName(file.Path)!, FileName);
        Remove();
    }

    public Stream Copy(CancellationToken cancellation)
    {
        EnsureRoom();
        Remove();
        PrivateFile.Open(_path, FileShare.None).Dispose();
        try
        {
            _file.CopyTo(_path, cancellation);
            return new FileStream(
                _path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
                FileOptions.DeleteOnClose | FileOptions.SequentialScan);
        }
        catch
        {
            Remove();
            throw;
        }
    }

    /// <summary>Also the journal of a copy that was not made to its end: SQLite would play it back into the next
    /// one.</summary>
    private void Remove()
    {
        File.Delete(_path);
        File.Delete(_path + "-journal");
    }

    /// <summary>A copy that fills the disk would stop recording.</summary>
    private void EnsureRoom()
    {
        var neededBytes = new FileInfo(_file.Path).Length + _file.LogBytes + StorageLimits.BackupReserveBytes;
        var freeBytes = new DriveInfo(Path.GetDirectoryName(_path)!).AvailableFreeSpace;
        if (freeBytes >= neededBytes) return;
        throw new StoreException(
            $"A backup of {_file.Path} needs {neededBytes} bytes beside it (BackupReserveBytes is "
            + $"{StorageLimits.BackupReserveBytes}) and there are {freeBytes}: make room, or stop the server and copy "
            + "the file.")
        {
            ForClients = $"the backup needs {neededBytes} bytes on the server's disk and there are {freeBytes}; make "
                + "room there",
        };
    }
}
