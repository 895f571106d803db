namespace AgentStatus.Storage.Tests.Spool;

/// <summary>Random appends, outages, lost answers, late writes, restarts and drains, with an auditor that keeps what
/// was acknowledged.</summary>
internal sealed class SpoolSimulation(Random random, string directory) : IDisposable
{
    private readonly FlakyDatabase _database = new(Path.Combine(directory, "store"));
    private readonly List<(EventToAppend Sent, AppendResult Answer)> _answers = [];
    private readonly HashSet<StatusEvent> _foundRejected = [];
    private SpoolingStore? _store;
    private bool _isConnected;
    private int _nextId;
    private long _drained;

    private SpoolingStore Store => _store!;

    public void Dispose() => _store?.Dispose();

    public void Run(int steps)
    {
        Reopen();
        _database.NextWrite = () => (Fault)(random.Next(8) == 0 ? random.Next(1, 4) : 0);
        for (var i = 0; i < steps; i++)
        {
            Step(random.Next(20));
            AwaitProbe();
        }

        _database.Fault = Fault.None;
        _database.NextWrite = () => Fault.None;
        TryConnect();
        AwaitProbe();
        _database.LandLateWrites();
        while (Store.SpooledCount > 0) Drain();
        Audit();
        Reopen();
        Audit();
    }

    private void Step(int choice)
    {
        if (choice < 10) Append();
        else if (choice < 13) Drain();
        else if (choice < 15)
            _database.Fault = _database.Fault == Fault.None ? (Fault)random.Next(1, 4) : Fault.None;
        else if (choice == 15) Reopen();
        else if (!_isConnected) TryConnect();
        else if (choice == 16) _database.LandLateWrites();
        else if (choice == 17) _database.Append(RandomEvents());
    }

    private void Append()
    {
        var events = RandomEvents();
        var spooled = Store.ReadSpooled().Select(one => IdOf(one.Event)).ToHashSet();
        var answers = Store.Append(events);
        _answers.AddRange(events.Zip(answers));
        foreach (var answer in answers.Where(answer => spooled.Contains(IdOf(answer.Stored))))
            Assert.True(answer is { IsSpooled: true, Outcome: not AppendOutcome.Stored }, $"{answer} overtook");
    }

    private void Drain()
    {
        var before = Store.SpooledCount;
        var drained = Store.Drain(random.Next(1, 40));
        Assert.Equal(before - drained.Count, Store.SpooledCount);
        _drained += drained.Count;
        // One that is sent again in a later outage is rejected again.
        _foundRejected.UnionWith(drained.Rejected.Select(rejected => rejected.Event));
    }

    private void Reopen()
    {
        _store?.Dispose();
        _isConnected = false;
        _store = SpoolingStore.Open(
            Path.Combine(directory, "spool"),
            _database.Open,
            TimeProvider.System,
            probeInterval: TimeSpan.FromMilliseconds(1));
        TryConnect();
    }

    private void TryConnect()
    {
        try
        {
            Store.Connect();
            _isConnected = true;
        }
        catch (StoreUnreachableException)
        {
            Assert.NotEqual(Fault.None, _database.Fault);
        }
    }

    /// <summary>Where the database answers, so that the run depends on the seed alone.</summary>
    private void AwaitProbe() => Assert.True(SpinWait.SpinUntil(
        () => _database.Fault != Fault.None || !_isConnected || Store.IsReachable, TimeSpan.FromSeconds(30)));

    /// <summary>New ids, and ids used before with the same content or other.</summary>
    private List<EventToAppend> RandomEvents() => [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ =>
    {
        var id = _nextId == 0 || random.Next(3) > 0 ? _nextId++ : random.Next(_nextId);
        var any = id % 3 == 0;
        var occurredAtMs = any ? random.Next(1_000) : id;
        var agent = new AgentKey(1 + (id % 2), random.Next(20) == 0 ? 99 : id % 7 + 1);
        return new EventToAppend(new(agent, Status.Busy, Origin.Agent, occurredAtMs, $"{id}"), 1_000, any);
    })];

    private static (long CompanyId, string EventId) IdOf(StatusEvent one) => (one.Agent.CompanyId, one.EventId);

    private void Audit()
    {
        Assert.Equal(0, Store.SpooledCount);
        Assert.Equal(_answers.Count(one => one.Answer is { Outcome: AppendOutcome.Stored, IsSpooled: true }), _drained);
        Assert.Equal(_foundRejected, _database.Rejected.Keys.ToHashSet());
        var stored = Store.ReadMemory(long.MinValue).Select(one => one.Agent).ToList()
            .SelectMany(agent => Store.ReadEvents(agent, long.MinValue, long.MaxValue))
            .ToDictionary(IdOf);
        Assert.Equal(_database.First.OrderBy(one => one.Key), stored.OrderBy(one => one.Key));
        foreach (var (sent, answer) in _answers) Audit(sent, answer, stored[IdOf(sent.Event)]);
        foreach (var rejected in _foundRejected) Assert.NotEqual(rejected, stored[IdOf(rejected)]);
    }

    /// <summary>What was taken is stored, or is rejected and had been acknowledged as spooled only.</summary>
    private void Audit(EventToAppend sent, AppendResult answer, StatusEvent stored)
    {
        Assert.Equal(answer.Outcome == AppendOutcome.Stored ? sent.Event : answer.Stored, answer.Stored);
        var expected = answer.Outcome == AppendOutcome.Conflict ? AppendOutcome.Conflict : AppendOutcome.Duplicate;
        Assert.Equal(expected, sent.CompareWith(answer.Stored).Outcome);
        if (!answer.IsSpooled) Assert.Equal(answer.Stored, stored);
        else if (!_foundRejected.Contains(answer.Stored))
            Assert.Equal(AppendOutcome.Duplicate, (sent with { Event = answer.Stored }).CompareWith(stored).Outcome);
    }
}
