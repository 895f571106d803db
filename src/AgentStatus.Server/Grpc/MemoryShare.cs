namespace AgentStatus.Server.Grpc;

/// <summary>Bytes that requests under way may hold: those of a connection, within its address's, within all. Any
/// thread.</summary>
/// <param name="most">The limit.</param>
/// <param name="whole">What this is a share of; null for all.</param>
internal sealed class MemoryShare(long most, MemoryShare? whole = null)
{
    private long _held;

    /// <summary>Bytes that are held now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Whether three quarters are held, here or in the whole: answers are not read, or too much is asked
    /// for.</summary>
    public bool IsNearlyFull => Held > most / 4 * 3 || whole?.IsNearlyFull == true;

    /// <summary>Takes so many bytes if there is room for them everywhere.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= most && whole?.TryTake(bytes) != false) return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    public void Give(long bytes)
    {
        Interlocked.Add(ref _held, -bytes);
        whole?.Give(bytes);
    }
}
