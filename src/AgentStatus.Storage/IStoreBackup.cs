namespace AgentStatus.Storage;

/// <summary>Copies a store while it is used.</summary>
public interface IStoreBackup
{
    /// <summary>Everything that was durable when this began, as one file that can be restored. Its bytes are gone when
    /// the stream is closed. One copy at a time, on any thread; blocks until all is read and written once.</summary>
    /// <exception cref="StoreException">It cannot be read, or there is no room for the copy.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Stream Copy(CancellationToken cancellation);
}
