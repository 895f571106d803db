using System.Diagnostics.Metrics;
using System.Globalization;

namespace AgentStatus.Server;

/// <summary>Every metric of the server, in the meter "AgentStatus". Costs next to nothing while nobody
/// listens.</summary>
internal sealed class Instruments : IDisposable
{
    /// <summary>The meter's name, for dotnet-counters and exporters.</summary>
    public const string MeterName = "AgentStatus";

    private static readonly InstrumentAdvice<double> DurationBuckets = new()
    {
        HistogramBucketBoundaries =
        [
            0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
            10,
        ],
    };

    private static readonly InstrumentAdvice<int> SizeBuckets = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    };

    private static readonly KeyValuePair<string, object?>[] EventOutcomes =
    [
        Tag("outcome", "not_known"), Tag("outcome", "applied"), Tag("outcome", "shadowed"), Tag("outcome", "duplicate"),
        Tag("outcome", "conflict"), Tag("outcome", "before_cut"), Tag("outcome", "erased"),
    ];

    /// <summary>In the order of <see cref="DeletedKind"/>.</summary>
    private static readonly KeyValuePair<string, object?>[] DeletedKinds =
    [
        Tag("kind", "events"), Tag("kind", "retractions"), Tag("kind", "call_steps"), Tag("kind", "offline_periods"),
        Tag("kind", "hours_versions"),
    ];

    private static readonly KeyValuePair<string, object?>[] RingOutcomes =
        [Tag("outcome", "kept"), Tag("outcome", "refused"), Tag("outcome", "failed")];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _recorded;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _ringsKept;
    private readonly Counter<long> _periodsWritten;
    private readonly Counter<long> _clockJumps;
    private readonly Counter<long> _connectionsRefused;
    private readonly Counter<long> _requestsRefused;
    private readonly Counter<long> _breakdownsRefused;
    private readonly Counter<long> _writesRefused;
    private readonly Counter<long> _slowBatches;
    private readonly Counter<long> _watchesRefused;
    private readonly Counter<long> _accessRefused;
    private readonly Counter<long> _rowsDeleted;
    private readonly Histogram<double> _followed;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _batchSeconds;

    public Instruments()
    {
        _recorded = _meter.CreateCounter<long>("agentstatus.events", "{event}", "Status events answered, by outcome");
        _batchSize = _meter.CreateHistogram(
            "agentstatus.batch.size", "{event}", "Events of one commit", advice: SizeBuckets);
        _batchSeconds = _meter.CreateHistogram(
            "agentstatus.batch.duration", "s", "From taking a batch to its being durable and in memory",
            advice: DurationBuckets);
        _writesRefused = _meter.CreateCounter<long>(
            "agentstatus.writes.refused", "{event}", "Writes refused, by reason: queue, new");
        _slowBatches = _meter.CreateCounter<long>(
            "agentstatus.batches.slow", "{batch}", "Batches that took over a second, failed ones included");
        _rejected = _meter.CreateCounter<long>(
            "agentstatus.events.rejected", "{event}", "Spooled events whose id another event has in the store");
        _ringsKept = _meter.CreateCounter<long>(
            "agentstatus.rings.kept", "{ring}", "Rings to keep, by outcome: kept, refused, failed");
        _periodsWritten = _meter.CreateCounter<long>(
            "agentstatus.projection.agents", "{agent}", "Agents whose stored offline periods were written anew");
        _clockJumps = _meter.CreateCounter<long>(
            "agentstatus.clock.jumps", "{jump}", "Jumps of the machine's clock, by direction");
        _connectionsRefused = _meter.CreateCounter<long>(
            "agentstatus.connections.refused", "{connection}", "Connections closed since too many were open");
        _requestsRefused = _meter.CreateCounter<long>(
            "agentstatus.requests.refused", "{request}", "Requests refused since those under way held too much memory");
        _breakdownsRefused = _meter.CreateCounter<long>(
            "agentstatus.breakdowns.refused", "{request}",
            "Breakdowns refused or ended, by reason: queue, unread, wait");
        _watchesRefused = _meter.CreateCounter<long>(
            "agentstatus.watchers.refused", "{watcher}",
            "Watchers refused or ended, by reason: all, address, agents, unread");
        _accessRefused = _meter.CreateCounter<long>(
            "agentstatus.access.refused", "{request}",
            "Requests whose caller did not say who it is, or may not ask, by reason");
        _rowsDeleted = _meter.CreateCounter<long>(
            "agentstatus.retention.deleted", "{row}",
            "Rows or documents that the retention deleted, by kind: events, retractions, call_steps, offline_periods, "
            + "hours_versions");
        _meter.CreateObservableGauge(
            "agentstatus.retention.cut", () => RetentionCutMs / 1_000, "s",
            "From when on data is kept, in seconds since 1970; 0: from the beginning");
        RequestSeconds = _meter.CreateHistogram(
            "rpc.server.call.duration", "s", "Duration of requests, by RPC and status code", advice: DurationBuckets);
        _meter.CreateObservableCounter(
            "agentstatus.rings", Rings.Measure, "{ring}", "Rings classified, by classification");
        _followed = _meter.CreateHistogram(
            "agentstatus.replication.delay", "s",
            "How long known_through had stood when the other servers' events were taken in: they were seen here within "
            + "it", advice: DurationBuckets);
    }

    /// <summary>The meter itself; every server has its own.</summary>
    public Meter Meter => _meter;

    /// <summary>How long requests took, by RPC and status code: OpenTelemetry's name, tags and unit, to which
    /// dashboards go by.</summary>
    public Histogram<double> RequestSeconds { get; }

    /// <summary>Rings classified.</summary>
    public RingCounts Rings { get; } = new();

    /// <summary>A batch of rings was to be kept.</summary>
    public void RingsKept(int kept, int refused, int failed)
    {
        if (kept > 0) _ringsKept.Add(kept, RingOutcomes[0]);
        if (refused > 0) _ringsKept.Add(refused, RingOutcomes[1]);
        if (failed > 0) _ringsKept.Add(failed, RingOutcomes[2]);
    }

    /// <summary>Events that could not leave the spool, since another one has their id.</summary>
    public void Rejected(int events) => _rejected.Add(events);

    /// <summary>The cut, in milliseconds since the Unix epoch; 0: there is none.</summary>
    public long RetentionCutMs { get; set; }

    /// <summary>Old rows are gone from the store.</summary>
    public void RowsDeleted(DeletedKind kind, int rows) => _rowsDeleted.Add(rows, DeletedKinds[(int)kind]);

    /// <summary>Agents whose stored offline periods were written.</summary>
    public void PeriodsWritten(int agents) => _periodsWritten.Add(agents);

    public void ObserveProjection(Func<bool> isOwner, Func<TimeSpan> lag)
    {
        _meter.CreateObservableGauge(
            "agentstatus.projection.owner", () => isOwner() ? 1 : 0, "{owner}",
            "1 on the server that writes offline periods");
        _meter.CreateObservableGauge(
            "agentstatus.projection.lag", () => lag().TotalSeconds, "s",
            "How long the oldest change has waited that offline_periods do not show yet");
    }

    /// <summary>The machine's clock jumped: ahead, or back by a negative number.</summary>
    public void ClockJumped(long aheadMs) =>
        _clockJumps.Add(1, Tag("direction", aheadMs > 0 ? "ahead" : "back"));

    /// <summary>A breakdown was not let in, or its answer not read in time.</summary>
    public void BreakdownRefused(string reason) =>
        _breakdownsRefused.Add(1, Tag("reason", reason));

    /// <summary>A watcher was not let in, or did not read.</summary>
    public void WatchRefused(string reason) =>
        _watchesRefused.Add(1, Tag("reason", reason));

    public void ObserveWatchers(Func<int> count) =>
        _meter.CreateObservableGauge("agentstatus.watchers", count, "{watcher}", "Who watches agents' statuses");

    /// <summary>A write was not taken.</summary>
    public void WriteRefused(string reason) =>
        _writesRefused.Add(1, Tag("reason", reason));

    /// <summary>A caller did not say who it is, or may not ask.</summary>
    public void AccessRefused(string reason) =>
        _accessRefused.Add(1, Tag("reason", reason));

    /// <summary>A request was not let in.</summary>
    public void RequestRefused() => _requestsRefused.Add(1);

    /// <summary>A connection was closed since too many were open.</summary>
    public void ConnectionRefused() => _connectionsRefused.Add(1);

    public void ObserveConnections(Func<int> open, Func<long> heldBytes)
    {
        _meter.CreateObservableGauge("agentstatus.connections", open, "{connection}", "Connections of clients");
        _meter.CreateObservableGauge(
            "agentstatus.requests.memory", heldBytes, "By", "What requests under way are taken to hold");
    }

    public void ObserveProcess(Func<TimeSpan> poolDelay, Func<int> openDescriptors)
    {
        _meter.CreateObservableGauge(
            "agentstatus.pool.delay", () => poolDelay().TotalSeconds, "s",
            "How long the thread pool has not come to new work");
        _meter.CreateObservableGauge(
            "agentstatus.descriptors", openDescriptors, "{descriptor}", "Open file descriptors, connections included");
    }

    public void ObserveSpool(ISpool spool, ICallStepStore steps)
    {
        _meter.CreateObservableGauge(
            "agentstatus.spool.length", () => spool.SpooledCount + steps.SpooledCount, "{event}",
            "Events and kept rings in the spool");
        _meter.CreateObservableGauge(
            "agentstatus.spool.size", () => spool.SpooledBytes, "By", "What the spool takes on disk");
        _meter.CreateObservableGauge(
            "agentstatus.store.away", () => spool.DegradedFor?.TotalSeconds ?? 0, "s",
            "How long the store has not answered");
    }

    public void ObserveFile(IStoreFile file, Func<int> damaged)
    {
        _meter.CreateObservableGauge(
            "agentstatus.store.lost", () => file.FindFault() is null ? 0 : 1, "{file}",
            "1 where the store's file was deleted or replaced: nothing is written any more");
        _meter.CreateObservableGauge(
            "agentstatus.store.damaged", damaged, "{file}",
            "1: the store's file is damaged, 0: it is not, -1: not checked yet");
        _meter.CreateObservableGauge(
            "agentstatus.store.log", () => file.LogBytes, "By", "What the write-ahead log of the store's file takes");
    }

    /// <summary>How far the shared store's clock is ahead of this machine's, in milliseconds.</summary>
    public long StoreAheadMs { get; set; }

    public void ObserveFollowing() => _meter.CreateObservableGauge(
        "agentstatus.store.ahead", () => StoreAheadMs / 1_000.0, "s",
        "How far the store's clock is ahead of this machine's");

    public void ObserveQueue(Func<int> length, Func<int> limit, Func<TimeSpan> age)
    {
        _meter.CreateObservableGauge(
            "agentstatus.queue.limit", limit, "{event}", "Events that may be under way to the writer and back");
        _meter.CreateObservableGauge("agentstatus.queue.length", length, "{event}", "Events that wait for the writer");
        _meter.CreateObservableGauge(
            "agentstatus.queue.age", () => age().TotalSeconds, "s",
            "How long the oldest event has waited for the writer");
    }

    /// <summary>The other servers' events were taken in, after so long.</summary>
    public void Followed(TimeSpan elapsed) => _followed.Record(elapsed.TotalSeconds);

    public void ObserveKnownThrough(Func<TimeSpan> age) => _meter.CreateObservableGauge(
        "agentstatus.known_through.age", () => age().TotalSeconds, "s",
        "How old known_through is: answers count every event that was acknowledged before it");

    /// <summary>What is striven for: this share of all is to keep within so long.</summary>
    public void ObserveObjectives(params (string Name, double Share, TimeSpan Within)[] objectives) =>
        _meter.CreateObservableGauge(
            "agentstatus.objective",
            () => objectives.Select(one => new Measurement<double>(
                one.Within.TotalSeconds, Tag("objective", one.Name),
                Tag("share", one.Share.ToString(CultureInfo.InvariantCulture)))),
            "s", "What is striven for: this share of all keeps within it");

    public void ObserveSettings(Func<IEnumerable<(string Fault, int Companies)>> count) => _meter.CreateObservableGauge(
        "agentstatus.settings.faults",
        () => count().Select(of => new Measurement<int>(
            of.Companies, Tag("fault", of.Fault))),
        "{company}", "Companies whose settings were not good when they were fetched last, by fault");

    public void ObserveStatuses(Func<IEnumerable<(long CompanyId, string Status, int Agents)>> count) =>
        _meter.CreateObservableGauge(
            "agentstatus.agents.status",
            () => count().Select(of => new Measurement<int>(
                of.Agents,
                Tag("company_id", of.CompanyId),
                Tag("status", of.Status))),
            "{agent}", "Agents of a company, by effective status");

    /// <summary>Shows each counter before it has counted: a rate sees the first one, too.</summary>
    public void CountFromZero()
    {
        foreach (var outcome in EventOutcomes) _recorded.Add(0, outcome);
        foreach (var outcome in RingOutcomes) _ringsKept.Add(0, outcome);
        foreach (var reason in (string[])["queue", "new"]) _writesRefused.Add(0, Tag("reason", reason));
        foreach (var reason in (string[])["queue", "unread", "wait"]) _breakdownsRefused.Add(0, Tag("reason", reason));
        foreach (var reason in (string[])["all", "address", "agents", "unread"])
            _watchesRefused.Add(0, Tag("reason", reason));
        foreach (var reason in (string[])
        [
            "CREDENTIALS_MISSING", "CREDENTIALS_INVALID", "CREDENTIALS_ENDED", "AUTHORITY_UNAVAILABLE",
            "PERMISSION_MISSING",
        ])
            _accessRefused.Add(0, Tag("reason", reason));
        foreach (var direction in (string[])["ahead", "back"]) _clockJumps.Add(0, Tag("direction", direction));
        foreach (var counter in (Counter<long>[])
            [_slowBatches, _rejected, _periodsWritten, _connectionsRefused, _requestsRefused])
            counter.Add(0);
    }

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);

    public void ObserveAgents(Func<int> count) =>
        _meter.CreateObservableGauge("agentstatus.agents", count, "{agent}", "Agents in memory");

    /// <summary>A batch was recorded.</summary>
    public void Recorded(int events, TimeSpan elapsed, bool isSlow)
    {
        if (isSlow) _slowBatches.Add(1);
        _batchSize.Record(events);
        _batchSeconds.Record(elapsed.TotalSeconds);
    }

    /// <summary>An event was answered.</summary>
    /// <param name="outcome">The number of the writer's RecordOutcome.</param>
    public void Answered(int outcome) => _recorded.Add(1, EventOutcomes[outcome]);

    public void Dispose() => _meter.Dispose();
}
