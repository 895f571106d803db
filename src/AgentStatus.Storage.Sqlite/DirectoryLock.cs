namespace AgentStatus.Storage.Sqlite;

/// <summary>Keeps a second server out of a store's directory: each would publish only what it wrote itself. The
/// operating system takes the lock back when the process ends, however it ends; the file stays and means nothing
/// without the lock.</summary>
internal static class DirectoryLock
{
    private const string FileName = "agentstatus.lock";

    /// <summary>What the operating systems say of a lock that another process holds: EAGAIN of Linux and of macOS, a
    /// sharing violation of Windows. A disk that is read-only or broken says something else.</summary>
    private static readonly int[] HeldElsewhere = [11, 35, unchecked((int)0x8007_0020)];

    /// <summary>Whoever closes the file gives the lock back.</summary>
    public static FileStream Take(string directory)
    {
        try
        {
            PrivateFile.CreateDirectory(directory);
            return PrivateFile.Open(Path.Combine(directory, FileName), FileShare.None);
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
}
