using System.Globalization;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Keeps a second server out of a store's directory: each would publish only what it wrote itself. The
/// operating system takes the lock back when the process ends, however it ends. The file holds the number of the last
/// event that was acknowledged: what the database has at the next start can be compared with it.</summary>
internal sealed class DirectoryLock : IDisposable
{
    public const string FileName = "agentstatus.lock";

    /// <summary>What the operating systems say of a lock that another process holds: EAGAIN of Linux and of macOS, a
    /// sharing violation of Windows. A disk that is read-only or broken says something else.</summary>
    private static readonly int[] HeldElsewhere = [11, 35, unchecked((int)0x8007_0020)];

    private readonly FileStream _file;
    private readonly byte[] _line = new byte[20];

    /// <exception cref="StoreException">Another server has it, or it cannot be written.</exception>
    public DirectoryLock(string directory)
    {
        _file = Take(directory, () =>
        {
            PrivateFile.CreateDirectory(directory);
            return PrivateFile.Open(Path.Combine(directory, FileName), FileShare.None);
        });
        var length = RandomAccess.Read(_file.SafeFileHandle, _line, 0);
        var isNumber = long.TryParse(_line.AsSpan(0, length), CultureInfo.InvariantCulture, out var number);
        Acknowledged = isNumber ? number : 0;
    }

    /// <summary>The number of the last event that was acknowledged; 0 where none was, or it is not known. Not synced:
    /// after a crash of the machine it may be an earlier one, never a later one.</summary>
    public long Acknowledged
    {
        get;
        set
        {
            if (value == field) return;
            _line.AsSpan().Fill((byte)' ');
            _line[^1] = (byte)'\n';
            value.TryFormat(_line, out _, default, CultureInfo.InvariantCulture);
            try
            {
                RandomAccess.Write(_file.SafeFileHandle, _line, 0);
                field = value;
            }
            catch (IOException)
            {
                // The event is stored all the same; less can be noticed at the next start.
            }
        }
    }

    /// <summary>Opens a file that one process at a time has.</summary>
    /// <exception cref="StoreException">Another server has it, or it cannot be written.</exception>
    public static FileStream Take(string directory, Func<FileStream> open)
    {
        try
        {
            return open();
        }
        catch (IOException failure) when (HeldElsewhere.Contains(failure.HResult))
        {
            throw new StoreException(
                $"{directory} is in use by another server: end that one, or set Storage:Path to another directory.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"{directory} cannot be written: let the server's user write it, or set Storage:Path to another "
                + $"directory ({failure.Message})", failure);
        }
    }

    public void Dispose() => _file.Dispose();
}
