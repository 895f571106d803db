using AgentStatus.Core.Hours;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Server.Tests.Laws;
using AgentStatus.Storage.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>A test's own database, looked at past the servers. What it reads it reads through a store of its own, so
/// that it also shows what another server would load.</summary>
internal sealed class SharedDatabase : IDisposable
{
    private readonly TestDatabase _database = TestDatabase.Require();
    private readonly Lazy<MongoStatusStore> _store;

    public SharedDatabase() => _store = new(() => MongoStatusStore.Open(_database.Options));

    public MongoStatusStore Store => _store.Value;

    /// <summary>A server's arguments.</summary>
    /// <param name="connectionString">Another way to the same database; null: the tests' own.</param>
    /// <param name="more">Further arguments; later ones win.</param>
    public string[] Args(string? connectionString = null, params string[] more) =>
    [
        "--Storage:Kind", "MongoDb",
        "--Storage:ConnectionString", connectionString ?? _database.Options.ConnectionString,
        "--Storage:Database", _database.Options.Database,
        // Time enough for a busy machine; tests of outages say less.
        "--Storage:WriteTimeout", "00:00:20",
        .. more,
    ];

    /// <summary>A collection as anybody sees it.</summary>
    public IMongoCollection<BsonDocument> Collection(string name) => _database.Collection(name);

    public List<StatusEvent> Events() =>
        [.. _database.Status.Events.Find(new BsonDocument()).ToEnumerable().Select(document => document.Event)];

    /// <summary>Who owns the projection of offline periods, and how far it is; null: nobody has yet.</summary>
    public ProjectionDocument? Projection() =>
        _database.Status.Projections.Find(new BsonDocument()).SingleOrDefault();

    /// <summary>The texts of a field of all documents of a collection.</summary>
    public List<string> Texts(string collection, string field) =>
        _database.Read(collection).ConvertAll(document => document[field].AsString);

    /// <summary>The company's hours as the database has them.</summary>
    public HoursHistory Hours(long companyId) =>
        new([.. Store.ReadHours().Where(version => version.CompanyId == companyId).Select(Parse)]);

    /// <summary>Waits until the offline periods are what follows from the events and the hours.</summary>
    public async Task PeriodsAgreeAsync(long nowMs)
    {
        var events = Events().ToLookup(e => e.Agent);
        var retracted = Texts("retractions", "event_id");
        foreach (var agent in events)
        {
            var model = new Model(agent.Key, [.. agent], Hours(agent.Key.CompanyId), retracted);
            var expected = model.OfflineStretches(nowMs);
            List<OfflinePeriod> stored = [];
            await Until.TrueAsync(
                () =>
                {
                    stored = [.. Store.OfflinePeriods.Read(agent.Key, Limits.FirstInstantMs)];
                    return stored.Select(period => (period.StartedAtMs, period.EndedAtMs)).SequenceEqual(expected)
                        && stored.All(
                            p => model.Open(p.StartedAtMs, p.ComputedThroughMs).SequenceEqual(p.BusinessPeriods ?? []));
                },
                () => $"the offline periods of {agent.Key}:\n{Text(expected)}\nstored:\n"
                    + Text(stored.Select(p => (p.StartedAtMs, p.EndedAtMs))));
        }
    }

    public void Dispose()
    {
        if (_store.IsValueCreated) _store.Value.Dispose();
        _database.Dispose();
    }

    private static HoursVersion Parse(StoredHours stored)
    {
        Assert.True(BusinessHours.TryParse(stored.CompanyId, stored.Json, out var hours, out _));
        return new HoursVersion(stored.CompanyId, stored.InForceFromMs, hours);
    }

    private static string Text(IEnumerable<(long StartMs, long? EndMs)> stretches) => string.Join(", ", stretches);
}
