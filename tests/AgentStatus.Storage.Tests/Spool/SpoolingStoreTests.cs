namespace AgentStatus.Storage.Tests.Spool;

/// <summary>The spool in front of a store that stops answering, step by step.</summary>
public sealed partial class SpoolingStoreTests : IDisposable
{
    private static readonly AgentKey Agent = new(280197, 380171);
    private static readonly AgentKey Colleague = new(280197, 380172);

    private readonly TempDirectory _directory = new();
    private readonly FlakyDatabase _database;
    private readonly List<string> _log = [];
    private SpoolingStore _store;
    private int _failedReads;

    public SpoolingStoreTests()
    {
        _database = new(_directory.File("store"));
        _store = Open();
        _store.Connect();
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    private SpoolingStore Open(long limitBytes = StorageLimits.SpoolBytes)
    {
        var store = SpoolingStore.Open(
            _directory.File("spool"),
            _database.Open,
            TimeProvider.System,
            limitBytes,
            probeInterval: TimeSpan.FromMilliseconds(5));
        store.Degraded += failure => _log.Add($"degraded: {failure.Message}");
        store.Recovered += _ => _log.Add("recovered");
        store.ReadFailed += _ => Interlocked.Increment(ref _failedReads);
        return store;
    }

    private void Reopen(bool connect = true)
    {
        _store.Dispose();
        _store = Open();
        if (connect) _store.Connect();
    }

    private void Recover()
    {
        _database.Fault = Fault.None;
        WaitFor(() => _store.IsReachable && _store.DegradedFor is null);
    }

    private static void WaitFor(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), "It did not come to be within 30 s.");

    private IReadOnlyList<AppendResult> Append(params IReadOnlyList<EventToAppend> events) => _store.Append(events);

    /// <summary>What the store holds, not the spool.</summary>
    private IEnumerable<string> Stored(AgentKey? agent = null) =>
        Describe(_database.Store!.ReadEvents(agent ?? Agent, long.MinValue, long.MaxValue));

    private static IEnumerable<string> Describe(IEnumerable<StatusEvent> events) =>
        events.Select(one => $"{one.EventId}@{one.OccurredAtMs}");

    private IEnumerable<string> Spooled() => Describe(_store.ReadSpooled().Select(spooled => spooled.Event));

    private static EventToAppend Event(
        string id, long occurredAtMs, AgentKey? agent = null, bool any = false, Origin origin = Origin.Agent) =>
        new(new(agent ?? Agent, Status.Busy, origin, occurredAtMs, id), RecordedAtMs: 1_000, AnyOccurredAt: any);

    private static AppendResult Result(AppendOutcome outcome, EventToAppend stored, bool isSpooled) =>
        new(outcome, stored.Event, isSpooled);
}
