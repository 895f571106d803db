using System.Collections.Concurrent;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The embedded store: one SQLite file in a directory of its own, in WAL mode and synced at each append. One
/// server at a time.</summary>
public sealed class SqliteStatusStore : IStatusStore
{
    /// <summary>The database's name in the store's directory.</summary>
    public const string FileName = "agentstatus.db";

    private readonly SqliteFile _file;
    private readonly CompanyPartition _companies;
    private readonly SqliteSession _writer;
    private readonly SqliteSession _periodWriter;
    private readonly ReaderPool _readers;
    private readonly SqliteRetention _retention;
    private readonly SqliteErasure _erasure;
    private long _number;

    private SqliteStatusStore(SqliteFile file, CompanyPartition companies)
    {
        (_file, _companies) = (file, companies);
        _writer = file.OpenWriter();
        _readers = new(file);
        _periodWriter = file.OpenUnsyncedWriter();
        _erasure = new(_writer, Retractions);
        OfflinePeriods = new SqliteOfflinePeriods(_periodWriter, _readers, companies);
        CallSteps = new SqliteCallSteps(_writer, _readers, _erasure);
        Backup = new SqliteBackup(file);
        Audit = new SqliteAuditLog(_periodWriter, _readers, _erasure);
        _retention = new(_writer, _periodWriter, _readers, Retractions);
        _number = _writer.PendingPeriods.LastNumber();
    }

    public string Description => $"SQLite in {_file.Path}";

    public IOfflinePeriodStore OfflinePeriods { get; }

    public ICallStepStore CallSteps { get; }

    public IAuditStore Audit { get; }

    public IStoreFile File => _file;

    public IStoreBackup Backup { get; }

    public IRetentionStore Retention => _retention;

    public IErasureStore Erasure => _erasure;

    public Retractions Retractions { get; } = new();

    public ServerNumber StoredThrough => new("", _number);

    /// <summary>Opens the store in this directory, and makes both where they are missing.</summary>
    /// <param name="companies">Those that are read into memory and projected; null: all. What the file has of others
    /// stays as it is, until it is old.</param>
    /// <exception cref="StoreException">The directory cannot be written, another server has it open, or its file is
    /// damaged, foreign or of a newer version.</exception>
    public static SqliteStatusStore Open(string directory, CompanyPartition? companies = null)
    {
        var file = new SqliteFile(directory, FileName);
        try
        {
            return file.Explain(() => new SqliteStatusStore(file, companies ?? CompanyPartition.Whole));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        _erasure.UnderWay.Include(agent)
            ? []
            : _readers.Read(session => session.Events.Read(agent, fromMs, toMs, Retractions));

    public IReadOnlyList<StoredEvent> ReadHistory(AgentKey agent, EventPosition after, long toMs, int most) =>
        _erasure.UnderWay.Include(agent)
            ? []
            : _readers.Read(session => session.Events.ReadHistory(agent, after, toMs, most).ConvertAll(
                stored => Retractions.Contains(stored.Event)
                    ? stored with { Retraction = session.Retractions.Find(agent.CompanyId, stored.Event.EventId) }
                    : stored));

    public CallLimits? FindCallLimits() => _readers.Read(session => session.Settings.FindCallLimits());

    public CallLimits KeepCallLimits(CallLimits limits, bool replace) => _writer.Write(() =>
    {
        if (!replace && _writer.Settings.FindCallLimits() is { } kept) return kept;
        _writer.Settings.Put(limits);
        return limits;
    });

    public Retraction? FindRetraction(StatusEvent e) =>
        _readers.Read(session => session.Retractions.Find(e.Agent.CompanyId, e.EventId));

    public void LoadRetractions()
    {
        foreach (var one in _readers.Read(session => session.Retractions.Read()))
            Retractions.Add(one.CompanyId, one.EventId);
    }

    /// <inheritdoc/>
    /// <remarks>What a retracted event changes is pending like the event itself was.</remarks>
    public IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions)
    {
        var number = 0L;
        var results = _writer.Write(() =>
        {
            number = _writer.PendingPeriods.LastNumber();
            var retracted = new RetractResult[retractions.Count];
            for (var i = 0; i < retracted.Length; i++)
            {
                var e = _writer.Events.FindById(retractions[i].CompanyId, retractions[i].EventId);
                if (IsErased(retractions[i], e))
                {
                    retracted[i] = new(IsNew: false, Event: null, IsErased: true);
                    continue;
                }

                if (e?.OccurredAtMs < _retention.CutMs)
                {
                    retracted[i] = new(IsNew: false, e, IsBeforeCut: true);
                    continue;
                }

                var isNew = _writer.Retractions.Add(retractions[i]);
                if (isNew && e is not null) _writer.PendingPeriods.Put(e.Agent, e.OccurredAtMs, ++number);
                retracted[i] = new(isNew, e);
            }

            return retracted;
        });
        _file.NoteAcknowledged(_number = number);
        for (var i = 0; i < results.Length; i++)
            if (!results[i].IsErased && !results[i].IsBeforeCut)
                Retractions.Add(retractions[i].CompanyId, retractions[i].EventId);
        return results;
    }

    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) => ReadRanges(horizonMs, new([AgentRange.All]));

    public IReadOnlyList<IEnumerable<AgentEvents>> ReadMemory(long horizonMs, int readers)
    {
        var ranges = new ConcurrentQueue<AgentRange>(_readers.Read(session => session.Ranges.Read()));
        return [.. Enumerable.Range(0, readers).Select(_ => ReadRanges(horizonMs, ranges))];
    }

    private IEnumerable<AgentEvents> ReadRanges(long horizonMs, ConcurrentQueue<AgentRange> ranges)
    {
        using var scan = _file.Explain(() => new MemoryScan(
            _file.OpenScan(),
            ranges,
            _companies,
            horizonMs,
            agent => _readers.Read(session => session.Events.ReadPreceding(agent, horizonMs, Retractions)),
            Retractions));
        Func<bool> readAgent = scan.ReadAgent;
        while (_file.Explain(readAgent))
            if (!_erasure.UnderWay.Include(scan.Current.Agent)) yield return scan.Current;
    }

    public IEnumerable<StoredHours> ReadHours() => _readers.Read(session => session.Hours.Read())
        .Where(version => _companies.Contains(version.CompanyId))
        .Where(version => !_erasure.UnderWay.IncludeAllOf(version.CompanyId));

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        var number = 0L;
        var results = _writer.Write(() =>
        {
            number = _writer.PendingPeriods.LastNumber();
            var appended = new AppendResult[events.Count];
            for (var i = 0; i < appended.Length; i++)
            {
                var added = events[i].Event;
                appended[i] = _erasure.HasErased(_writer, added.Agent.CompanyId, added.EventId)
                    ? new(AppendOutcome.Erased, added)
                    : _writer.Events.Append(events[i]);
                if (appended[i].Outcome == AppendOutcome.Stored)
                    _writer.PendingPeriods.Put(events[i].Event.Agent, events[i].Event.OccurredAtMs, ++number);
            }

            return appended;
        });
        _file.NoteAcknowledged(_number = number);
        return results;
    }

    public StoredHours AddHours(StoredHours hours) => _writer.Write(() => _writer.Hours.Add(hours));

    /// <summary>Whether the retraction comes too late for an event that was erased, or is being erased.</summary>
    private bool IsErased(Retraction retraction, StatusEvent? e) => e is null
        ? _erasure.HasErased(_writer, retraction.CompanyId, retraction.EventId)
        : _erasure.UnderWay.Include(e.Agent);

    public void Dispose()
    {
        // The writer last of the connections: the last one to close brings the log home into the database file.
        _readers.Dispose();
        _periodWriter.Dispose();
        _writer.Dispose();
        _file.Dispose();
    }
}
