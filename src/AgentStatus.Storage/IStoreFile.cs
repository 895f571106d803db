namespace AgentStatus.Storage;

/// <summary>The file on this machine in which a store keeps its events, or the spool. Any thread.</summary>
public interface IStoreFile
{
    string Path { get; }

    /// <summary>Bytes that its write-ahead log takes. It is copied home every 32 MiB, unless another program reads the
    /// file for long.</summary>
    long LogBytes { get; }

    /// <summary>Why nothing is written any more: the file, or its log, was deleted or replaced; null: all is
    /// well.</summary>
    string? FindFault();

    /// <summary>Reads all of the file, and says what is damaged; null: nothing that can be seen. May take
    /// minutes.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    string? FindDamage(CancellationToken cancellation);
}
