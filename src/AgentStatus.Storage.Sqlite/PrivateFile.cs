namespace AgentStatus.Storage.Sqlite;

/// <summary>Files and directories that the server's user alone may read: what agents did is nobody else's business.
/// Windows has no such modes; there the directory's access list counts.</summary>
internal static class PrivateFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The database, and what SQLite makes with its mode.</summary>
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    /// <summary>Makes the directory where it is missing. One that is there keeps its mode: it may be shared.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, Mode | UnixFileMode.UserExecute);
    }

    /// <summary>Makes an empty database where there is none; takes others' rights to one that an earlier version
    /// made.</summary>
    public static void EnsureDatabase(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        if (!File.Exists(path)) Open(path, FileShare.ReadWrite).Dispose();
        foreach (var suffix in Suffixes)
            if (File.Exists(path + suffix)) Tighten(path + suffix);
    }

    /// <summary>Opens the file, and makes it where it is missing.</summary>
    public static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        options.Share = share;
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mode;
        var file = new FileStream(path, options);
        Tighten(path);
        return file;
    }

    private static void Tighten(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~Mode) != 0) File.SetUnixFileMode(path, mode & Mode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Somebody else's file that the server may write: who gave it these rights meant it.
        }
    }
}
