namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>A server that writes: stamps batches, whose documents land one by one in any order, answered, timed out,
/// late or never; pauses anywhere, crashes, or stops in good order. What timed out is written again under fresh
/// numbers.</summary>
internal sealed class SimulatedWriter(
    string id, SimulatedDatabase database, ReplicationLimits limits, Random random, SimulatedAudit audit)
{
    private readonly SequenceNumbers _numbers = new();
    private readonly List<Batch> _flying = [];
    private readonly Queue<Event> _spool = new();
    private long _refreshedAtMs = long.MinValue / 2;
    private long _pausedUntilMs;
    private long _diedAtMs = long.MaxValue;
    private (int Place, int Election, long AtMs)? _refreshing;

    public bool IsGone => _diedAtMs != long.MaxValue;

    public bool IsIdle => _flying.Count == 0 && _spool.Count == 0;

    public void Step()
    {
        LandSomething();
        if (IsGone || database.RealMs < _pausedUntilMs) return;
        switch (random.Next(400))
        {
            case 0: _diedAtMs = database.RealMs; return;
            case < 6: _pausedUntilMs = database.RealMs + random.Next(1_500); return;
            case < 9 when IsIdle: Stop(); return;
            case < 60: Refresh(); break;
            case < 120: Write(); break;
            case < 140 when _spool.Count > 0: WriteAgain(); break;
        }
        // Between the stamping and the sending a pause can last any time.
        foreach (var batch in _flying.Where(_ => random.Next(6) == 0)) batch.IsSent = true;
        Answer();
    }

    /// <summary>Writes nothing new, but ends what it began.</summary>
    public void Finish()
    {
        _pausedUntilMs = 0;
        foreach (var batch in _flying) batch.IsSent = true;
        LandSomething();
        if (IsGone) return;
        Refresh();
        if (_spool.Count > 0) WriteAgain();
        Answer(mayTimeOut: false);
    }

    private bool IsWatched => database.RealMs - _refreshedAtMs < limits.RefreshWithin.TotalMilliseconds;

    private void Write()
    {
        if (IsWatched)
            Send([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new Event(audit.AnyEventId()))]);
    }

    private void WriteAgain()
    {
        if (IsWatched)
            Send([.. Enumerable.Range(0, Math.Min(_spool.Count, 3)).Select(_ => _spool.Dequeue())]);
    }

    private void Send(List<Event> events)
    {
        var first = _numbers.Take(events.Count);
        for (var i = 0; i < events.Count; i++) events[i].Numbers.Add(first + i);
        _flying.Add(new(events, database.Election));
    }

    private void LandSomething()
    {
        // The network holds nothing back for longer than others watch; what was not sent dies with its server.
        if (database.RealMs - _diedAtMs > limits.WatchFor.TotalMilliseconds / 4) return;
        foreach (var batch in _flying.Where(batch => batch.IsSent && batch.ToLand.Count > 0 && random.Next(4) == 0))
        {
            var document = batch.ToLand[random.Next(batch.ToLand.Count)];
            batch.ToLand.Remove(document);
            var place = database.Insert(new(id, document.Number, document.EventId));
            if (place is not null) audit.Landed(id, document.EventId);
            else batch.Taken.Add(document.EventId);
            batch.Place = Math.Max(batch.Place, place ?? database.LogLength);
            if (batch.Election != database.Election) batch.IsBroken = true;
        }
    }

    private void Answer(bool mayTimeOut = true)
    {
        foreach (var batch in _flying.ToArray())
        {
            batch.IsBroken |= batch.Election != database.Election;
            if (!batch.IsTimedOut && (batch.IsBroken || (mayTimeOut && random.Next(40) == 0)))
                TimeOut(batch);
            if (batch.IsTimedOut && (batch.ToLand.Count == 0 || random.Next(30) == 0 || !mayTimeOut))
                _flying.Remove(batch);
            else if (!batch.IsTimedOut && batch.ToLand.Count == 0
                && database.IsConfirmed(batch.Place, batch.Election) && IsWatched)
            {
                Acknowledge(batch);
            }
        }
    }

    private void TimeOut(Batch batch)
    {
        batch.IsTimedOut = true;
        foreach (var one in batch.Events) _spool.Enqueue(one);
    }

    private void Acknowledge(Batch batch)
    {
        foreach (var taken in batch.Taken)
            batch.Place = Math.Max(batch.Place, database.Recall(taken, limits.WatchFor / 2, audit));
        batch.Taken.Clear();
        if (!database.IsConfirmed(batch.Place, batch.Election)) return;
        _flying.Remove(batch);
        foreach (var one in batch.Events)
        {
            foreach (var number in one.Numbers) _numbers.Close(number, 1);
            audit.Acknowledged(one.Id);
        }
    }

    private void Refresh()
    {
        if (_refreshing is { } sent)
        {
            if (database.IsConfirmed(sent.Place, sent.Election)) _refreshedAtMs = sent.AtMs;
            else if (sent.Election == database.Election) return;
            _refreshing = null;
        }
        var place = database.Refresh(id, _numbers.ConfirmedThrough, isStopped: false);
        _refreshing = (place, database.Election, database.RealMs);
        audit.Refreshed(id);
    }

    private void Stop()
    {
        if (_numbers.ConfirmedThrough < _numbers.Taken) return;
        database.Refresh(id, _numbers.ConfirmedThrough, isStopped: true);
        _diedAtMs = database.RealMs;
    }

    private sealed class Batch(List<Event> events, int election)
    {
        public List<Event> Events { get; } = events;
        public List<(int EventId, long Number)> ToLand { get; } =
            [.. events.Select(one => (one.Id, one.Numbers[^1]))];

        /// <summary>Events that stood there already.</summary>
        public List<int> Taken { get; } = [];
        public int Election { get; } = election;
        public int Place { get; set; }
        public bool IsSent { get; set; }
        public bool IsBroken { get; set; }
        public bool IsTimedOut { get; set; }
    }

    /// <summary>An event, and the numbers under which it was sent so far.</summary>
    private sealed record Event(int Id)
    {
        public List<long> Numbers { get; } = [];
    }
}
