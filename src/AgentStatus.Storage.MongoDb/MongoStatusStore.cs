using AgentStatus.Core.Timelines;
using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The store that several servers share: collections of a MongoDB database, through MongoDB.Driver.</summary>
public sealed class MongoStatusStore : IStatusStore, ISharedStore
{
    private readonly MongoSession _session;
    private readonly MongoWriter _writer;
    private readonly MongoRetention _retention;
    private readonly MongoErasure _erasure;

    private MongoStatusStore(MongoSession session)
    {
        _session = session;
        _writer = new(session.Database, session.Writes, session.Membership, Retractions);
        _erasure = new(session, Retractions);
        OfflinePeriods = new MongoOfflinePeriods(session);
        CallSteps = new MongoCallSteps(session, _erasure);
        Audit = new MongoAuditLog(session, _erasure);
        _retention = new(session, Retractions);
    }

    public string Description => $"MongoDB at {_session.Database.Description}";

    public IOfflinePeriodStore OfflinePeriods { get; }

    public ICallStepStore CallSteps { get; }

    public IAuditStore Audit { get; }

    public IRetentionStore Retention => _retention;

    public IErasureStore Erasure => _erasure;

    public Retractions Retractions { get; } = new();

    public ISharedStore Shared => this;

    public ServerNumber StoredThrough =>
        new(_session.Membership.ServerId, _session.Membership.Numbers.ConfirmedThrough);

    /// <summary>Connects to the database, and makes its indexes where they are missing.</summary>
    /// <exception cref="StoreUnreachableException">No server answers, or there is no primary.</exception>
    /// <exception cref="StoreException">The connection string is malformed, or the server refuses the user or is older
    /// than 4.4. The message says what to check.</exception>
    public static MongoStatusStore Open(MongoStoreOptions options) =>
        Open(options, ReplicationLimits.Default, TimeProvider.System);

    internal static MongoStatusStore Open(MongoStoreOptions options, ReplicationLimits limits, TimeProvider clock)
    {
        var session = MongoSession.Open(options, limits, clock);
        try
        {
            return new(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The writer asks this too: it takes no longer than a write.</remarks>
    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        _erasure.UnderWay.Include(agent)
            ? []
            : _session.Writes.Run(time => EventReads.ReadAsync(
                _session.Database, agent, fromMs, toMs, Retractions, time));

    public IReadOnlyList<StoredEvent> ReadHistory(AgentKey agent, EventPosition after, long toMs, int most) =>
        _erasure.UnderWay.Include(agent) ? [] : _session.Writes.Run(async time =>
        {
            var history = await EventReads.ReadHistoryAsync(_session.Database, agent, after, toMs, most, time);
            var retractions = await RetractionReads.FindAsync(
                _session.Database, agent.CompanyId,
                history.Where(one => Retractions.Contains(one.Event)).Select(one => one.Event.EventId), time);
            return history.ConvertAll(
                one => one with { Retraction = retractions.GetValueOrDefault(one.Event.EventId) });
        });

    public CallLimits? FindCallLimits() => _session.Writes.Run(async time =>
    {
        var all = _session.Database.Settings.ReadAsync(
            new BsonDocument("_id", SettingDocument.Id), time, new FindOptions<SettingDocument>());
        return (await all.FirstOrDefaultAsync())?.Limits;
    });

    public CallLimits KeepCallLimits(CallLimits limits, bool replace)
    {
        var filter = new BsonDocument("_id", SettingDocument.Id);
        _session.Writes.Write(async time => replace
            ? await _session.Database.Settings.WriteAsync(
                [new ReplaceOneModel<SettingDocument>(filter, new(limits)) { IsUpsert = true }], time.Token)
            : await _session.Database.Settings.InsertAsync([new SettingDocument(limits)], time.Token));
        return FindCallLimits() ?? limits;
    }

    public Retraction? FindRetraction(StatusEvent e) =>
        _session.Writes.Run(time => RetractionReads.FindAsync(_session.Database, e.Agent.CompanyId, [e.EventId], time))
            .GetValueOrDefault(e.EventId);

    public void LoadRetractions()
    {
        _retention.Read();
        var all = _session.Reads.Run(
            time => RetractionReads.ReadAllAsync(_session.Database, _session.Companies, time));
        foreach (var one in all) Retractions.Add(one.CompanyId, one.EventId);
    }

    public IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions)
    {
        var cutMs = _retention.CutMs;
        if (cutMs == long.MinValue && !retractions.Any(one => _erasure.Concerns(one.CompanyId)))
            return _writer.Retract(retractions);

        // The events first: one that is erased meanwhile has left its hash before it went.
        var events = _writer.FindEvents(retractions).ToDictionary(e => (e.Agent.CompanyId, e.EventId));
        var erased = _erasure.FindErased(retractions, one => one.CompanyId, HashOf);
        var refused = retractions.Select(Refuse).ToList();
        var others = retractions.Where((_, i) => refused[i] is null).ToList();
        var retracted = new Queue<RetractResult>(others.Count == 0 ? [] : _writer.Retract(others));
        return [.. refused.Select(result => result ?? retracted.Dequeue())];

        RetractResult? Refuse(Retraction one)
        {
            var e = events.GetValueOrDefault((one.CompanyId, one.EventId));
            if (e is null ? erased.Contains(HashOf(one)) : _erasure.UnderWay.Include(e.Agent))
                return new(IsNew: false, Event: null, IsErased: true);
            return e?.OccurredAtMs < cutMs ? new(IsNew: false, e, IsBeforeCut: true) : null;
        }
    }

    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) =>
        new MemoryRead(_session.Database, _session.Reads, _session.Companies, horizonMs, Retractions).Agents()
            .Where(read => !_erasure.UnderWay.Include(read.Agent));

    public IEnumerable<StoredHours> ReadHours() => _session.Reads.Run(async time =>
    {
        var all = _session.Database.Hours.ReadAsync(new BsonDocument(), time, new FindOptions<HoursDocument>());
        var versions = await all.Select(document => document.Version)
            .Where(version => _session.Companies.Contains(version.CompanyId)
                && !_erasure.UnderWay.IncludeAllOf(version.CompanyId)).ToListAsync();
        return versions.OrderBy(version => (version.CompanyId, version.Number));
    });

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        var erased = _erasure.FindErased(events, one => one.Event.Agent.CompanyId, HashOf);
        if (erased.Count == 0) return _writer.Append(events);
        var others = events.Where(one => !erased.Contains(HashOf(one))).ToList();
        var appended = new Queue<AppendResult>(others.Count == 0 ? [] : _writer.Append(others));
        return [.. events.Select(one => erased.Contains(HashOf(one))
            ? new(AppendOutcome.Erased, one.Event)
            : appended.Dequeue())];
    }

    public StoredHours AddHours(StoredHours hours) => _writer.AddHours(hours);

    public IChangeFeed Follow() => MongoChangeFeed.Begin(_session, Retractions, _erasure);

    public void Probe() => _session.Writes.Write(time => _session.Database.ProbeAsync(time.Token));

    public void AddRejected(IReadOnlyList<RejectedEvent> rejected) => _writer.AddRejected(rejected);

    /// <inheritdoc/>
    /// <remarks>Tells the other servers that this one is gone, if nothing of it is on its way.</remarks>
    public void Dispose()
    {
        try
        {
            _session.Writes.Write(time => _session.Membership.StopAsync(time.Token));
        }
        catch (Exception failure) when (failure is StoreException or ObjectDisposedException)
        {
            // The others find out by its silence.
        }

        _session.Dispose();
    }

    private static string HashOf(EventToAppend one) =>
        ErasedIdDocuments.OfEvent(one.Event.Agent.CompanyId, one.Event.EventId);

    private static string HashOf(Retraction one) => ErasedIdDocuments.OfEvent(one.CompanyId, one.EventId);
}
