using AgentStatus.Server.Configuration;
using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.Spool;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Server.Hosting;

/// <summary>Opens the store that is configured.</summary>
internal static class StoreOpening
{
    /// <exception cref="StoreException">It cannot be used; the message says what to check.</exception>
    public static IStatusStore Open(ServerOptions options, TimeProvider clock) => options.Storage.IsMongoDb
        ? OpenMongoDb(options.Storage, options.Companies, clock)
        : SqliteStatusStore.Open(options.Storage.Path, options.Companies);

    private static SpoolingStore OpenMongoDb(StorageOptions options, CompanyPartition companies, TimeProvider clock)
    {
        var mongoDb = new MongoStoreOptions
        {
            ConnectionString = options.ConnectionString,
            Database = options.Database,
            Companies = companies,
            WriteTimeout = options.WriteTimeout,
        };
        var store = SpoolingStore.Open(
            options.Path,
            () => MongoStatusStore.Open(mongoDb),
            clock,
            options.SpoolLimitBytes,
            companies: companies);
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
