using System.Runtime.InteropServices;
using System.Text;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Tells whether paths still name the files that they named when this was made: who deletes or replaces an
/// open file on Linux is not hindered, and whatever is written from then on is gone with the process. Windows lets
/// nobody do that; on macOS it is not noticed.</summary>
internal sealed unsafe partial class OpenedFiles(params IReadOnlyList<string> paths)
{
    private const int CurrentDirectory = -100;
    private const uint AskForInode = 0x100;

    /// <summary>struct statx, the same on every architecture: stx_ino, stx_dev_major and stx_dev_minor.</summary>
    private const int StatLength = 256;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;

    private readonly (byte[] Path, (ulong Device, ulong Inode)? Identity)[] _files =
        [.. paths.Select(Encoding.UTF8.GetBytes).Select(path => path.Append((byte)0).ToArray()).Select(
            path => (path, Identify(path)))];

    /// <summary>A path that names another file now, or none; null: there is none such. Costs a microsecond a
    /// path.</summary>
    public string? FindLost()
    {
        for (var i = 0; i < _files.Length; i++)
            if (Identify(_files[i].Path) != _files[i].Identity) return paths[i];
        return null;
    }

    private static (ulong Device, ulong Inode)? Identify(byte[] path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var stat = stackalloc byte[StatLength];
        fixed (byte* name = path)
        {
            return StatX(CurrentDirectory, name, 0, AskForInode, stat) == 0
                ? (*(ulong*)(stat + DeviceAt), *(ulong*)(stat + InodeAt))
                : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int StatX(int directory, byte* path, int flags, uint mask, byte* stat);
}
