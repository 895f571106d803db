using System.Net.Sockets;
using System.Runtime.Versioning;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <summary>Who else on the machine may read what the server keeps: nobody.</summary>
public sealed class FileModeTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string[] StoresFiles =
        ["agentstatus.db", "agentstatus.db-wal", "agentstatus.db-shm", "agentstatus.lock"];

    private readonly TempDirectory _parent = new();

    private string Store => _parent.File("store");

    public void Dispose() => _parent.Dispose();

    [Fact]
    public void Open_OfAMissingDirectory_MakesAllForTheUserAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        using (Opened()) AssertPrivate(StoresFiles);
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(Store));
    }

    [Fact]
    public void Open_OfASpool_MakesAllForTheUserAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        using (SpoolFile.Open(Store)) AssertPrivate("spool.db", "spool.db-wal", "spool.db-shm", "agentstatus.lock");
    }

    [Fact]
    public void Open_OfFilesThatOthersMayRead_TakesThatFromThem()
    {
        if (OperatingSystem.IsWindows()) return;
        using (Opened())
        {
            foreach (var file in Directory.GetFiles(Store)) File.SetUnixFileMode(file, Readable);

            // As after the end of a process.
            foreach (var file in Directory.GetFiles(Store, "*.db*"))
                File.Copy(file, _parent.File(Path.GetFileName(file)));
        }

        foreach (var file in Directory.GetFiles(_parent.Path))
            File.Move(file, Path.Combine(Store, Path.GetFileName(file)), overwrite: true);
        using (Opened()) AssertPrivate(StoresFiles);
    }

    [Fact]
    public void Open_OfADirectoryThatIsThere_LeavesItsMode()
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Shared = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;
        Directory.CreateDirectory(Store);
        File.SetUnixFileMode(Store, Shared);
        using (Opened()) Assert.Equal(Shared, File.GetUnixFileMode(Store));
    }

    /// <summary>As on a disk that is read-only: there is a lock file, and it cannot be opened.</summary>
    [Fact]
    public void Open_WhereTheLockCannotBeOpened_BlamesNoOtherServer()
    {
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(Store);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(Store, "agentstatus.lock")));
        var refused = Assert.Throws<StoreException>(Opened);
        Assert.DoesNotContain("in use by another server", refused.Message);
        Assert.Contains("cannot be written", refused.Message);
    }

    private SqliteStatusStore Opened()
    {
        var store = SqliteStatusStore.Open(Store);
        store.Append([new EventToAppend(new(new(1, 1), Status.Online, Origin.Agent, 1, "a"), 1, false)]);
        return store;
    }

    [UnsupportedOSPlatform("windows")]
    private void AssertPrivate(params string[] files)
    {
        foreach (var file in files)
            Assert.Equal((file, Private), (file, File.GetUnixFileMode(Path.Combine(Store, file))));
    }
}
