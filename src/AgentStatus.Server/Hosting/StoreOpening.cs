using AgentStatus.Server.Configuration;
using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.Spool;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Server.Hosting;

/// <summary>Opens the store that is configured.</summary>
internal static class StoreOpening
{
    /// <exception cref="StoreException">It cannot be used; the message says what to check.</exception>
    public static IStatusStore Open(StorageOptions options, TimeProvider clock) =>
        options.IsMongoDb ? OpenMongoDb(options, clock) : SqliteStatusStore.Open(options.Path);

    private static SpoolingStore OpenMongoDb(StorageOptions options, TimeProvider clock)
    {
        var mongoDb = new MongoStoreOptions
        {
            ConnectionString = options.ConnectionString,
            Database = options.Database,
            WriteTimeout = options.WriteTimeout,
        };
        var store = SpoolingStore.Open(
            options.Path, () => MongoStatusStore.Open(mongoDb), clock, options.SpoolLimitBytes);
        try
        {
            if (!options.StartDegraded) store.Connect();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
