namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>Servers that own the projection by turns, or believe so, over a real database; every write in three steps,
/// between which anything can happen. The truth changes under their hands.</summary>
internal sealed class ProjectionSimulation(
    Random random, TestDatabase database, IReadOnlyList<MongoStatusStore> stores, long companyId)
{
    private const string TruthId = "truth";

    private readonly Dictionary<AgentKey, List<OfflinePeriod>> _truth = Enumerable.Range(1, 12)
        .ToDictionary(agentId => new AgentKey(companyId, agentId), _ => new List<OfflinePeriod>());

    private readonly List<AgentChange> _changes = [];

    public void Run(int steps)
    {
        stores[0].OfflinePeriods.SaveCheckpoint(stores[0].OfflinePeriods.TryOwn(force: true)!.Value, [new(TruthId, 0)]);
        var servers = stores.Select(store => new Server(this, (MongoOfflinePeriods)store.OfflinePeriods)).ToList();
        for (var step = 0; step < steps; step++)
        {
            if (random.Next(6) == 0) Change();
            servers[random.Next(servers.Count)].Step(mayForce: random.Next(15) == 0);
        }

        // What was under way lands, and then the owner goes on alone.
        foreach (var server in servers) server.FinishWrite();
        var last = servers[random.Next(servers.Count)];
        last.TakeOver();

        foreach (var (agent, periods) in _truth)
            Assert.Equal(periods, stores[0].OfflinePeriods.Read(agent, 0));
    }

    /// <summary>The agent's periods are others from an instant on. They begin at few instants, so that what is deleted
    /// comes again.</summary>
    private void Change()
    {
        var (agent, periods) = _truth.ElementAt(random.Next(_truth.Count));
        var fromMs = 10 * random.Next(1, 10);
        periods.RemoveAll(period => period.StartedAtMs >= fromMs);
        for (var startMs = fromMs; startMs < 100; startMs += 10)
            if (random.Next(2) == 0) periods.Add(Period(agent, startMs, startMs + 1 + random.Next(9)));
        _changes.Add(new(agent, fromMs));
    }

    private static OfflinePeriod Period(AgentKey agent, long startMs, long endMs) =>
        new(agent, startMs, endMs, [new(startMs, endMs)], endMs, 0);

    private sealed class Server(ProjectionSimulation simulation, MongoOfflinePeriods periods)
    {
        private readonly Dictionary<AgentKey, long> _marks = [];
        private long? _epoch;
        private int _seen;
        private int _checkpoint;
        private (long Epoch, PeriodComparison Compared, int Step, int Through)? _write;
        private int _pausedFor;

        public void Step(bool mayForce)
        {
            if (_pausedFor-- > 0) return;
            var choice = simulation.Random.Next(10);
            if (_write is not null && simulation.Random.Next(12) == 0) _pausedFor = simulation.Random.Next(80);
            if (_write is not null && choice < 6) WriteOn();
            else if (choice < 8 || mayForce) Own(mayForce);
            if (_epoch is not null && _write is null) Begin();
        }

        public void FinishWrite()
        {
            while (_write is not null) WriteOn();
        }

        /// <summary>Owns the projection from now on, and does all that it finds to do.</summary>
        public void TakeOver()
        {
            Own(force: true);
            while (true)
            {
                FindLate();
                if (!Begin()) return;
                FinishWrite();
            }
        }

        /// <summary>Nobody tells a server that it has been replaced: it finds out when it asks.</summary>
        private void Own(bool force)
        {
            var epoch = periods.TryOwn(force);
            if (epoch is null) _epoch = null;
            if (epoch is null) return;
            if (epoch != _epoch)
            {
                _epoch = epoch;
                _marks.Clear();
                _checkpoint = _seen = simulation.Checkpoint();
                periods.ReadChangesSinceCheckpoint();
            }

            FindLate();
        }

        private void FindLate()
        {
            foreach (var (agent, fromMs) in periods.FindLateWrites(_epoch!.Value))
                if (agent.CompanyId == simulation.CompanyId) Mark(agent, fromMs);
        }

        private void Mark(AgentKey agent, long fromMs) =>
            _marks[agent] = Math.Min(_marks.GetValueOrDefault(agent, long.MaxValue), fromMs);

        /// <summary>Takes what has changed, and works out what to write.</summary>
        private bool Begin()
        {
            for (; _seen < simulation._changes.Count; _seen++)
                Mark(simulation._changes[_seen].Agent, simulation._changes[_seen].FromMs);
            if (_marks.Count == 0 && _checkpoint == _seen) return false;
            var replacements = _marks.Select(mark => simulation.ReplacementOf(mark.Key, mark.Value)).ToList();
            _marks.Clear();
            var compared = replacements.Count > 0 ? periods.Compare(_epoch!.Value, replacements) : new([], [], false);
            if (compared.IsFenced) _epoch = null;
            else _write = (_epoch!.Value, compared, 0, _seen);
            return true;
        }

        private void WriteOn()
        {
            var (epoch, compared, step, through) = _write!.Value;
            _write = (epoch, compared, step + 1, through);
            if (step == 0 && !periods.Put(epoch, compared)) (_epoch, _write) = (null, null);
            else if (step == 1) periods.Delete(epoch, compared);
            else if (step == 2) Save(epoch, through);
        }

        private void Save(long epoch, int through)
        {
            _write = null;
            periods.SaveCheckpoint(epoch, [new(TruthId, through)]);
            _checkpoint = through;
        }
    }

    private Random Random => random;

    private long CompanyId => companyId;

    /// <summary>The periods that begin at or after the one that reaches past an instant.</summary>
    private PeriodReplacement ReplacementOf(AgentKey agent, long changedFromMs)
    {
        var reaching = _truth[agent].Find(p => p.StartedAtMs < changedFromMs && p.EndedAtMs >= changedFromMs);
        var fromMs = reaching?.StartedAtMs ?? changedFromMs - 1;
        return new(agent, fromMs, [.. _truth[agent].Where(period => period.StartedAtMs >= fromMs)]);
    }

    private int Checkpoint()
    {
        var all = TimedOperations.Wait(ProjectionLease.FindAllAsync(database.Status, CancellationToken.None));
        return (int)(all.Single().Through?.GetValueOrDefault(TruthId) ?? 0);
    }
}
