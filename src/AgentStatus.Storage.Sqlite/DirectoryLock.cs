namespace AgentStatus.Storage.Sqlite;

/// <summary>
/// Keeps a second server out of a store's directory: each would publish only what it wrote itself. The operating system
/// takes the lock back when the process ends, however it ends; the file stays and means nothing without the lock.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "agentstatus.lock";

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            Directory.CreateDirectory(directory);
            return new(new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw Unwritable(directory, failure);
        }
        catch (IOException failure) when (File.Exists(path))
        {
            throw new StoreException(
                $"{directory} is in use by another server: end that one, or set Storage:Path to another directory.",
                failure);
        }
        catch (IOException failure)
        {
            throw Unwritable(directory, failure);
        }
    }

    public void Dispose() => _file.Dispose();

    private static StoreException Unwritable(string directory, Exception failure) => new(
        $"{directory} cannot be written: let the server's user write it, or set Storage:Path to another directory "
        + $"({failure.Message})", failure);
}
