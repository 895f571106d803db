using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Seed;

/// <summary>A working day of the company, from 6:00 to 6:00: all agents', and the calls that rang them.</summary>
internal sealed class CompanyDay
{
    private const int GroupAgents = 5;
    private const double CallsOfAgentAnHour = 0.6;
    private const double QuietestPart = 0.1;

    // How busy the hours from 6:00 on are.
    private static readonly double[] BusyHours =
        [0.2, 0.4, 0.8, 1.2, 1.3, 1.2, 0.9, 1.0, 1.2, 1.1, 0.9, 0.6, 0.5, 0.4, 0.3];

    private readonly SeedPlan _plan;
    private readonly DateOnly _date;
    private readonly Random _random;
    private readonly Dictionary<long, AgentDay> _agents;
    private readonly List<RecordStatusRequest> _calls = [];
    private readonly List<ClassifyRingTargetsRequest> _rings = [];
    private readonly List<RetractStatusRequest> _retractions = [];

    public CompanyDay(SeedPlan plan, DateOnly date)
    {
        (_plan, _date, _random) = (plan, date, plan.RandomOf(date, 0));
        _agents = Enumerable.Range(1, plan.Agents).Select(id => AgentDay.Of(plan, id, date)).OfType<AgentDay>()
            .ToDictionary(agent => agent.AgentId);
        foreach (var at in CallTimes()) Ring(at);
        foreach (var agent in _agents.Values) RingWhileOfflineIsUnknown(agent);
        LogOutSomebodyByMistake();
    }

    /// <summary>What the server hears in time.</summary>
    public IEnumerable<RecordStatusRequest> Events => All().Where(e => !IsLate(e));

    /// <summary>What it hears after the rings.</summary>
    public IEnumerable<RecordStatusRequest> Late => All().Where(IsLate);

    /// <summary>The calls, each with the agents that it rang.</summary>
    public IEnumerable<ClassifyRingTargetsRequest> Rings => _rings.Where(ring => HasHappened(ring.RingAt));

    /// <summary>What turned out to be wrong, after the rings.</summary>
    public IEnumerable<RetractStatusRequest> Retractions => _retractions;

    /// <summary>A call that was shown as missed although the agent had chosen Offline: that came late.</summary>
    public long? ExampleCall { get; private set; }

    private IEnumerable<RecordStatusRequest> All() =>
        _agents.Values.SelectMany(agent => agent.Events).Concat(_calls).Where(e => HasHappened(e.OccurredAt));

    private bool IsLate(RecordStatusRequest e) => _agents[e.AgentId].IsLate(e);

    private bool HasHappened(Timestamp at) => at.ToDateTimeOffset() < _plan.EndAt;

    private IEnumerable<DateTimeOffset> CallTimes()
    {
        var isWeekend = _date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        for (var hour = 0; hour < 24; hour++)
        {
            var part = (hour < BusyHours.Length ? BusyHours[hour] : QuietestPart) * (isWeekend ? 0.3 : 1);
            var expected = part * CallsOfAgentAnHour * _plan.Agents;
            var count = (int)expected + (_random.NextDouble() < expected % 1 ? 1 : 0);
            var hourAt = _plan.Instant(_date, TimeSpan.FromHours(6 + hour));
            foreach (var ms in Enumerable.Range(0, count).Select(_ => _random.Next(3_600_000)).Order().ToList())
                yield return hourAt.AddMilliseconds(ms);
        }
    }

    /// <summary>A call rings a group; one of those who are available answers, or nobody does.</summary>
    private void Ring(DateTimeOffset at)
    {
        var group = 1 + _random.Next((_plan.Agents + GroupAgents - 1) / GroupAgents);
        var rule = group % 3 == 0 ? QueueRule.AvailableOnly : QueueRule.Always;
        var members = Enumerable.Range(1 + ((group - 1) * GroupAgents), GroupAgents).Where(id => id <= _plan.Agents)
            .Where(id => !Shift.IsAway(_plan, id, _date)).Select(id => (long)id).ToList();
        var available = members.Where(id => _agents.GetValueOrDefault(id)?.IsAvailable(at) == true).ToList();
        var rung = rule == QueueRule.Always ? members : available;
        if (rung.Count == 0) return;
        var answers = available.Count > 0 && _random.Next(9) > 0 ? available[_random.Next(available.Count)] : 0;
        var missed = _random.Next(8) == 0 ? RingOutcome.Cancelled : RingOutcome.NoAnswer;
        var ring = AddRing(at, group, rule, rung.Select(id => (id, Outcome(id, at, answers, missed))));
        if (answers > 0) Talk(_agents[answers], at, ring.CallId);
        else if (missed == RingOutcome.NoAnswer && available.Count > 0 && _random.Next(4) == 0)
            _agents[available[0]].Pause(at.AddSeconds(25));
    }

    private RingOutcome Outcome(long agentId, DateTimeOffset at, long answers, RingOutcome missed)
    {
        if (agentId == answers) return RingOutcome.Answered;
        if (answers > 0) return RingOutcome.AnsweredElsewhere;
        if (_agents.GetValueOrDefault(agentId) is not { } agent) return RingOutcome.NoAnswer;
        if (agent.IsOnCall(at)) return RingOutcome.DeviceBusy;
        return agent.IsAvailable(at) && _random.Next(10) == 0 ? RingOutcome.Rejected : missed;
    }

    private ClassifyRingTargetsRequest AddRing(
        DateTimeOffset at, int group, QueueRule rule, IEnumerable<(long AgentId, RingOutcome Outcome)> targets)
    {
        var ring = new ClassifyRingTargetsRequest
        {
            CompanyId = _plan.CompanyId,
            // The date, and the call's number on it: 2026113000001.
            CallId = (((((_date.Year * 100L) + _date.Month) * 100) + _date.Day) * 100_000) + _rings.Count + 1,
            RingGroupId = group,
            QueueRule = rule,
            RingAt = at.ToTimestamp(),
            Record = true,
            Targets = { targets.Select(t => new RingTarget { AgentId = t.AgentId, Outcome = t.Outcome }) },
        };
        _rings.Add(ring);
        return ring;
    }

    private void Talk(AgentDay agent, DateTimeOffset ringAt, long callId)
    {
        var answeredAt = ringAt.AddMilliseconds(_random.Next(3_000, 14_000));
        var hungUpAt = answeredAt.AddSeconds(40 + (500 * Math.Pow(_random.NextDouble(), 2)));
        var doneAt = hungUpAt.AddMilliseconds(_random.Next(10_000, 110_000));
        agent.FreeAt = doneAt;
        AddCall(agent, answeredAt, Status.OnCall, callId);
        // Now and then the end of a shift's last call gets lost: the agent stays on it for 12 hours.
        var isLost = doneAt > agent.EndAt.AddMinutes(-30) && _random.Next(60) == 0;
        if (isLost)
        {
            agent.FreeAt = DateTimeOffset.MaxValue;
            return;
        }

        AddCall(agent, hungUpAt, Status.WrapUp, callId);
        AddCall(agent, doneAt, Status.Online, callId);
    }

    private void AddCall(AgentDay agent, DateTimeOffset at, Status status, long callId)
    {
        var e = agent.Event(at, status, StatusOrigin.Call);
        e.CallId = callId;
        _calls.Add(e);
    }

    /// <summary>The tickets' case with its explanation: shown as missed, since that the agent chose Offline came
    /// late.</summary>
    private void RingWhileOfflineIsUnknown(AgentDay agent)
    {
        if (agent.OfflineUnknownAt is not { } at) return;
        var ring = AddUnanswered(agent.AgentId, at);
        if (HasHappened(ring.RingAt)) ExampleCall = ring.CallId;
    }

    private ClassifyRingTargetsRequest AddUnanswered(long agentId, DateTimeOffset at) => AddRing(
        at, 1 + ((int)(agentId - 1) / GroupAgents), QueueRule.Always, [(agentId, RingOutcome.NoAnswer)]);

    /// <summary>About twice a week: a ring is shown as Offline, until the logout is retracted.</summary>
    private void LogOutSomebodyByMistake()
    {
        if (_agents.Count == 0 || _random.Next(4) != 0) return;
        var agent = _agents.Values.ElementAt(_random.Next(_agents.Count));
        var at = agent.StartAt.AddMilliseconds(_random.Next(1_800_000, 5_400_000));
        var ringAt = at.AddMilliseconds(_random.Next(60_000, 400_000));
        var wrong = agent.LogOutByMistake(at);
        _calls.Add(wrong);
        if (!HasHappened(ringAt.ToTimestamp())) return;
        AddUnanswered(agent.AgentId, ringAt);
        _retractions.Add(new RetractStatusRequest
        {
            CompanyId = _plan.CompanyId,
            EventId = wrong.EventId,
            Reason = "meant another agent",
            Actor = "Team lead",
        });
    }
}
