using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Partitions;

/// <summary>Random requests about some companies' agents, and all that servers answer about these.</summary>
internal sealed class RandomRequests(int companies)
{
    private const int Agents = 3;
    private const int Calls = 5;

    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-2);

    private readonly ConcurrentBag<(long CompanyId, string EventId)> _recorded = [];
    private readonly Lock _choosing = new();
    private readonly Dictionary<AgentStatusClient, int> _underWay = [];

    /// <summary>Events that were acknowledged.</summary>
    public int Recorded => _recorded.Count;

    /// <summary>Sends one request after the other until it is told to end; none may fail.</summary>
    /// <param name="choose">Each request's client.</param>
    public async Task SendAsync(Random random, Func<AgentStatusClient> choose, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            AgentStatusClient client;
            lock (_choosing)
            {
                client = choose();
                _underWay[client] = _underWay.GetValueOrDefault(client) + 1;
            }

            try
            {
                await SendAsync(random, client);
            }
            finally
            {
                lock (_choosing) _underWay[client]--;
            }
        }
    }

    /// <summary>Waits until nothing is under way of a client that is not chosen any more.</summary>
    public Task AnsweredAsync(AgentStatusClient client) => Until.TrueAsync(() =>
    {
        lock (_choosing) return _underWay.GetValueOrDefault(client) == 0;
    });

    private async Task SendAsync(Random random, AgentStatusClient client)
    {
        var companyId = random.NextInt64(1, companies + 1);
        switch (random.Next(8))
        {
            case 0:
                await client.ClassifyRingTargetAsync(new()
                {
                    CompanyId = companyId,
                    AgentId = random.Next(Agents) + 1,
                    CallId = random.Next(Calls) + 1,
                    RingAt = Instant(random),
                    Outcome = RingOutcome.NoAnswer,
                    Record = true,
                });
                break;
            case 1 when _recorded.TryPeek(out var one):
                await client.RetractStatusAsync(
                    new() { CompanyId = one.CompanyId, EventId = one.EventId, Reason = "a test" });
                break;
            case 2:
                var batch = new RecordStatusesRequest { CompanyId = companyId };
                for (var i = 0; i < 5; i++) batch.Events.Add(Event(random, companyId));
                foreach (var result in (await client.RecordStatusesAsync(batch)).Results)
                    Keep(companyId, result.Recorded);
                break;
            default:
                Keep(companyId, await client.RecordStatusAsync(Event(random, companyId)));
                break;
        }
    }

    /// <summary>Waits until both answer the same of all companies, and nothing that was acknowledged is
    /// missing.</summary>
    public async Task AnswerAlikeAsync(AgentStatusClient one, AgentStatusClient other)
    {
        var (left, right) = (new List<string>(), new List<string>());
        await Until.TrueAsync(
            async () =>
            {
                (left, right) = (await AnswersAsync(one), await AnswersAsync(other));
                return left.SequenceEqual(right);
            },
            () => $"the answers are alike: {left.Except(right).FirstOrDefault()} and "
                + $"{right.Except(left).FirstOrDefault()}");
        var stored = new HashSet<(long, string)>();
        foreach (var (companyId, agentId) in AllAgents)
            await foreach (var e in one.ListStatusEventsAsync(new() { CompanyId = companyId, AgentId = agentId }))
                Assert.True(stored.Add((companyId, e.EventId)));
        Assert.Equal(_recorded.Order(), stored.Order());
    }

    /// <summary>Waits until nothing is wrong with what is stored, the offline periods too.</summary>
    public async Task IsSoundAsync(AgentStatusClient client)
    {
        var faults = "";
        await Until.TrueAsync(
            async () =>
            {
                faults = "";
                for (var companyId = 1; companyId <= companies; companyId++)
                    await foreach (var progress in client.VerifyAsync(companyId))
                        faults += string.Concat(progress.Faults.Select(fault => $"{fault}\n"));
                return faults.Length == 0;
            },
            () => faults);
    }

    private IEnumerable<(long CompanyId, long AgentId)> AllAgents =>
        from companyId in Enumerable.Range(1, companies)
        from agentId in Enumerable.Range(1, Agents)
        select ((long)companyId, (long)agentId);

    /// <summary>All answers that do not depend on when they are asked for.</summary>
    private async Task<List<string>> AnswersAsync(AgentStatusClient client)
    {
        var answers = new List<string>();
        var (from, to) = (Timestamp.FromDateTimeOffset(From), Timestamp.FromDateTimeOffset(From.AddDays(1)));
        await using var rings = client.OpenRingTargetStream();
        for (var companyId = 1; companyId <= companies; companyId++)
        {
            var asked = new GetBreakdownRequest
            {
                CompanyId = companyId,
                StartTime = from,
                EndTime = to,
                IncludeSegments = true,
            };
            await foreach (var agent in client.GetBreakdownAsync(asked)) Add(agent);
            await foreach (var call in client.ListCallsAsync(
                new() { CompanyId = companyId, StartTime = from, EndTime = to }))
            {
                Add(call);
                foreach (var step in (await client.GetCallStepsAsync(
                    new() { CompanyId = companyId, CallId = call.CallId })).Steps)
                {
                    step.Current.KnownThrough = null;
                    Add(step);
                }
            }

            var ringAt = Timestamp.FromDateTimeOffset(From.AddHours(7));
            var group = new StreamRingTargetsRequest { CompanyId = companyId, RingAt = ringAt };
            for (var agentId = 1; agentId <= Agents; agentId++) group.Targets.Add(new RingTarget { AgentId = agentId });
            foreach (var result in (await rings.ClassifyAsync(group)).Results) Add(result);
            foreach (var target in group.Targets)
                await foreach (var e in client.ListStatusEventsAsync(
                    new() { CompanyId = companyId, AgentId = target.AgentId }))
                    Add(e);
            await foreach (var update in client.WatchStatusesAsync(new() { CompanyId = companyId }))
            {
                foreach (var agent in update.Message.Agents.OrderBy(agent => agent.AgentId)) Add(agent);
                break;
            }

            void Add(IMessage answer) => answers.Add($"company {companyId}: {answer}");
        }

        return answers;
    }

    private void Keep(long companyId, RecordStatusResponse recorded) => _recorded.Add((companyId, recorded.EventId));

    private static RecordStatusRequest Event(Random random, long companyId) => new()
    {
        CompanyId = companyId,
        AgentId = random.Next(Agents) + 1,
        Status = (Status)random.Next((int)Status.Busy, (int)Status.Offline + 1),
        Origin = random.Next(2) == 0 ? StatusOrigin.Agent : StatusOrigin.Supervisor,
        OccurredAt = Instant(random),
    };

    /// <summary>Whole minutes of a day meet each other.</summary>
    private static Timestamp Instant(Random random) =>
        Timestamp.FromDateTimeOffset(From.AddMinutes(random.Next(24 * 60)));
}
