using AgentStatus.Server.Configuration;
using AgentStatus.Storage;
using AgentStatus.Storage.Spool;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Server.Hosting;

/// <summary>Opens the store that is configured.</summary>
internal static class StoreOpening
{
    /// <exception cref="StoreException">It cannot be used; the message says what to check.</exception>
    public static IStatusStore Open(StorageOptions options, TimeProvider clock) =>
        options.IsMongoDb ? OpenMongoDb(options, clock) : SqliteStatusStore.Open(options.Path);

    private static SpoolingStore OpenMongoDb(StorageOptions options, TimeProvider clock) => throw new NotSupportedException();
}
