namespace AgentStatus.Storage.Tests;

/// <summary>What every store does, on a real one. A store derives this class and says how it is opened; each test has a
/// store of its own, and what it wrote is read again after a restart.</summary>
public abstract partial class StatusStoreContract : IDisposable
{
    protected static readonly AgentKey Agent = new(280197, 380171);

    private Lazy<IStatusStore> _store;
    private bool _owns;

    protected StatusStoreContract() => _store = new(Open);

    /// <summary>Opened at its first use in a test.</summary>
    protected IStatusStore Store => _store.Value;

    protected IOfflinePeriodStore Periods => Store.OfflinePeriods;

    /// <summary>Opens this test's store: empty the first time, and later what was written.</summary>
    protected abstract IStatusStore Open();

    public virtual void Dispose()
    {
        CloseStore();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Description_OfAStore_SaysSomething() => Assert.NotEmpty(Store.Description);

    [Fact]
    public void NewStore_IsEmpty()
    {
        Assert.Empty(Store.ReadMemory(long.MinValue));
        Assert.Empty(Store.ReadHours());
        Assert.Empty(Store.ReadEvents(Agent, long.MinValue, long.MaxValue));
        Assert.Empty(Periods.Read(Agent, long.MinValue));
        Assert.Empty(Periods.FindStale(Agent.CompanyId, long.MaxValue));
    }

    protected static StatusEvent Event(
        long occurredAtMs,
        string eventId,
        Origin origin = Origin.Agent,
        Status status = Status.Busy,
        AgentKey? agent = null) => new(agent ?? Agent, status, origin, occurredAtMs, eventId);

    /// <summary>Asserts now, and again after a restart.</summary>
    protected void AlsoAfterRestart(Action assert)
    {
        assert();
        Restart();
        assert();
    }

    protected void Restart()
    {
        CloseStore();
        _store = new(Open);
    }

    protected IReadOnlyList<AppendResult> Append(params IReadOnlyList<StatusEvent> events) =>
        Store.Append([.. events.Select(added => new EventToAppend(added, 1_000, false))]);

    /// <summary>Writes periods as the owner of the projection.</summary>
    protected void Replace(AgentKey agent, long fromMs, params IReadOnlyList<OfflinePeriod> periods) =>
        Assert.True(Periods.Replace(Own(), [new(agent, fromMs, periods)]));

    protected long Own()
    {
        _owns = true;
        return Periods.TryOwn() ?? throw new InvalidOperationException("Another server owns the periods.");
    }

    protected IReadOnlyList<StatusEvent> ReadAll(AgentKey? agent = null) =>
        Store.ReadEvents(agent ?? Agent, long.MinValue, long.MaxValue);

    protected static IEnumerable<string> Ids(IEnumerable<StatusEvent> events) => events.Select(read => read.EventId);

    private void CloseStore()
    {
        if (!_store.IsValueCreated) return;
        if (_owns) Periods.Release();
        _owns = false;
        Store.Dispose();
    }
}
