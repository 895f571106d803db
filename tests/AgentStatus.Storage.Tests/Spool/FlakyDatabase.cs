using AgentStatus.Core.Rings;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Tests.Spool;

/// <summary>What a write of a <see cref="FlakyStore"/> comes to.</summary>
internal enum Fault
{
    /// <summary>It is done and confirmed.</summary>
    None,

    /// <summary>Neither done nor confirmed.</summary>
    Unreachable,

    /// <summary>Done, and not confirmed.</summary>
    LosesAnswer,

    /// <summary>Not confirmed, and done later: see <see cref="FlakyDatabase.LandLateWrites"/>.</summary>
    Late,
}

/// <summary>A database that outlives the stores opened on it, and fails as it is told.</summary>
internal sealed class FlakyDatabase(string directory)
{
    private readonly List<IReadOnlyList<EventToAppend>> _late = [];
    private int _asked;
    private volatile int _probes;

    /// <summary>What everything asked comes to.</summary>
    public Fault Fault { get; set; }

    /// <summary>What the next write comes to, if <see cref="Fault"/> is none; asked once a write.</summary>
    public Func<Fault> NextWrite { get; set; } = () => Fault.None;

    /// <summary>Whether reads are not answered while all else is.</summary>
    public bool ReadsFail { get; set; }

    /// <summary>Whether writes are done and confirmed, while what stood there before cannot be read.</summary>
    public bool ReadsOfWritesFail { get; set; }

    public int Probes => _probes;

    /// <summary>How often it was asked so far, probes aside.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The first content stored under each company and id.</summary>
    public Dictionary<(long, string), StatusEvent> First { get; } = [];

    public Dictionary<StatusEvent, RejectedEvent> Rejected { get; } = [];

    public List<CallStep> RejectedSteps { get; } = [];

    public SqliteStatusStore? Store { get; private set; }

    public FlakyStore Open()
    {
        Read();
        Store = SqliteStatusStore.Open(directory);
        return new(this, Store);
    }

    public void Probe()
    {
        _probes++;
        Answer();
    }

    public void Read()
    {
        Interlocked.Increment(ref _asked);
        Answer();
        if (ReadsFail) throw new StoreUnreachableException("told not to answer reads");
    }

    public T Write<T>(Func<T> write, Action? later = null)
    {
        Interlocked.Increment(ref _asked);
        var fault = Fault == Fault.None ? NextWrite() : Fault;
        if (fault == Fault.None)
        {
            var result = write();
            return ReadsOfWritesFail
                ? throw new StoreUnreachableException("told not to read what stood there") { IsOfRead = true }
                : result;
        }

        if (fault == Fault.LosesAnswer) write();
        else if (fault == Fault.Late) later?.Invoke();
        throw new StoreUnreachableException($"told to fail: {fault}");
    }

    /// <summary>What another server, or this one behind the tested store's back, appends.</summary>
    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        var results = Store!.Append(events);
        foreach (var result in results.Where(result => result.Outcome == AppendOutcome.Stored))
            First.Add((result.Stored.Agent.CompanyId, result.Stored.EventId), result.Stored);
        return results;
    }

    public void AppendLater(IReadOnlyList<EventToAppend> events) => _late.Add(events);

    private void Answer()
    {
        if (Fault != Fault.None) throw new StoreUnreachableException("told not to answer");
    }

    /// <summary>Writes that were given up as not confirmed are done now.</summary>
    public void LandLateWrites()
    {
        foreach (var events in _late) Append(events);
        _late.Clear();
    }
}
