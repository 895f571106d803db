using DnsClient;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The driver's settings. Servers, user, TLS and the rest are the connection string's; it may not decide how
/// long anything takes and what counts as written and read: a majority's journals confirm writes, finds read what a
/// majority has, and both go to the primary.</summary>
internal static class ClientSettings
{
    /// <summary>Those of reads, and some for the writer, the follower and probes.</summary>
    private const int Connections = MongoSession.ReadsAtATime + 8;

    /// <param name="serverId">MongoDB's own log and currentOp show it, so that they can tell servers apart.</param>
    /// <exception cref="StoreException">The connection string, or a file that it names, cannot be used.</exception>
    public static MongoClientSettings Read(MongoStoreOptions options, string serverId)
    {
        var text = ConnectionText.Parse(options.ConnectionString);
        var tls = TlsFiles.TakeFrom(text);
        var settings = MongoClientSettings.FromUrl(Resolve(options));
        settings.ApplicationName = $"AgentStatus {serverId}";
        tls.ApplyTo(settings);

        settings.ReadPreference = ReadPreference.Primary;
        settings.ReadConcern = ReadConcern.Majority;
        settings.WriteConcern = WriteConcern.WMajority.With(
            wTimeout: options.WriteTimeout * MongoSession.MajorityShare, journal: true);
        (settings.RetryReads, settings.RetryWrites) = (true, true);

        // A token limits each operation as a whole; these only end what nobody waits for any more.
        settings.SocketTimeout = TimeSpan.Zero;
        settings.ConnectTimeout = options.StartTimeout;
        settings.ServerSelectionTimeout = settings.WaitQueueTimeout = options.ReadTimeout;
        (settings.MinConnectionPoolSize, settings.MaxConnectionPoolSize) = (0, Connections);
        return settings;
    }

    /// <summary>Asks the DNS for what a mongodb+srv string does not say itself.</summary>
    private static MongoUrl Resolve(MongoStoreOptions options)
    {
        try
        {
            var url = new MongoUrl(options.ConnectionString);
            using var time = new TimeLimit(options.StartTimeout, isPerAnswer: false);
            return url.IsResolved ? url : TimedOperations.Wait(url.ResolveAsync(url.DirectConnection, time.Token));
        }
        catch (Exception failure) when (failure is DnsResponseException or OperationCanceledException)
        {
            throw new StoreUnreachableException(
                $"The DNS does not say what {ConnectionText.Hosts(options.ConnectionString)} is: {failure.Message}",
                failure);
        }
        catch (MongoConfigurationException)
        {
            throw ConnectionText.Fault("the DNS's records (SRV, TXT) for it cannot be used");
        }
    }
}
