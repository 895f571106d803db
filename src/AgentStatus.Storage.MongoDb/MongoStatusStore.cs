using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The store that several servers share: collections of a MongoDB database, through libmongoc.</summary>
public sealed class MongoStatusStore : ISharedStore
{
    private readonly MongoSession _session;
    private readonly TimedCalls _writes;
    private readonly TimedCalls _asides;
    private readonly MongoWriter _writer;
    private readonly FollowingLimits _limits;
    private readonly TimeProvider _clock;
    private MongoBatch? _batch;

    private MongoStatusStore(MongoSession session, FollowingLimits limits, TimeProvider clock)
    {
        (_limits, _clock) = (limits, clock);
        _session = session;
        _writes = new(session.Writes, session.Options.WriteTimeout, "mongodb-writes");
        _asides = new(session.Writes, session.Options.WriteTimeout, "mongodb-asides");
        _writer = new(_writes, session.Registry);
    }

    /// <inheritdoc/>
    public string Description => $"MongoDB at {_session.Reads.Description}";

    /// <summary>Connects to the database, and makes its indexes where they are missing.</summary>
    /// <exception cref="StoreUnreachableException">No server answers, or there is no primary.</exception>
    /// <exception cref="StoreException">
    /// libmongoc is missing, the connection string is malformed, or the server refuses the user or is too old. The
    /// message says what to check.
    /// </exception>
    public static MongoStatusStore Open(MongoStoreOptions options) =>
        Open(options, FollowingLimits.Default, TimeProvider.System);

    internal static MongoStatusStore Open(MongoStoreOptions options, FollowingLimits limits, TimeProvider clock) =>
        new(MongoFailures.Explain(() => MongoSession.Open(options, limits, clock)), limits, clock);

    /// <inheritdoc/>
    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        Read(client => EventReads.Read(client, agent, fromMs, toMs));

    /// <inheritdoc/>
    public IEnumerable<AgentEvents> ReadMemory(long horizonMs)
    {
        using var agents = new MemoryRead(_session.Reads, horizonMs).Agents().GetEnumerator();
        while (MongoFailures.Explain(agents.MoveNext))
            yield return agents.Current;
    }

    /// <inheritdoc/>
    public IEnumerable<StoredHours> ReadHours() => Read(client =>
    {
        using var cursor = client.Find(Collections.Hours, new BsonWriter().Begin().Finish());
        var versions = new List<StoredHours>();
        while (cursor.TryNext(out var document))
            versions.Add(MongoFailures.Decode(Collections.Hours, document, HoursDocument.Read));
        versions.Sort((left, right) => (left.CompanyId, left.Number).CompareTo((right.CompanyId, right.Number)));
        return versions;
    });

    /// <inheritdoc/>
    /// <remarks>The writer asks this too: it takes no longer than a write.</remarks>
    public IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs) => Aside(
        client => PeriodReads.Read(client, agent, fromMs));

    /// <inheritdoc/>
    public ILookup<AgentKey, OfflinePeriod> ReadOfflinePeriodsOf(IReadOnlyCollection<AgentKey> agents, long afterMs) =>
        MongoFailures.Explain(() =>
        {
            using var client = _session.Writes.Rent();
            return PeriodReads.Read(client, agents, afterMs);
        });

    /// <inheritdoc/>
    /// <remarks>The writer asks this too: it takes no longer than a write.</remarks>
    public IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs) => Aside(
        client => PeriodReads.FindStale(client, companyId, hoursInForceFromMs));

    /// <inheritdoc/>
    public IStoreBatch BeginBatch()
    {
        if (_batch is { IsDisposed: false })
            throw new InvalidOperationException("The last batch is still open.");
        return _batch = new(_writer);
    }

    /// <inheritdoc/>
    public IChangeFeed Follow() =>
        MongoChangeFeed.Begin(_session.Writes, _session.Registry, _limits, _clock);

    /// <inheritdoc/>
    public void Probe()
    {
        try
        {
            _asides.Make((client, _) => WriteProbe.Make(client));
        }
        catch (MongoException failure)
        {
            throw MongoFailures.Unconfirmed(failure);
        }
    }

    /// <inheritdoc/>
    public void AddRejected(IReadOnlyList<RejectedEvent> rejected) => _writer.AddRejected(rejected);

    /// <inheritdoc/>
    /// <remarks>Tells the other servers that this one is gone, if nothing of it is on its way.</remarks>
    public void Dispose()
    {
        SayGoodBye();
        _writes.Dispose();
        _asides.Dispose();
        _session.Dispose();
    }

    private void SayGoodBye()
    {
        try
        {
            Aside(client =>
            {
                _session.Registry.Stop(client);
                return true;
            });
        }
        catch (Exception failure) when (failure is StoreException or ObjectDisposedException)
        {
            // The others find out by its silence.
        }
    }

    private T Read<T>(Func<MongoClient, T> read) => MongoFailures.Explain(() =>
    {
        using var client = _session.Reads.Rent();
        return read(client);
    });

    private T Aside<T>(Func<MongoClient, T> work) =>
        MongoFailures.Explain(() => _asides.Make((client, _) => work(client)));
}
