using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Load;

/// <summary>Makes the calls of a profile: the n-th call is the same in every run with the same seed.</summary>
internal sealed class LoadCalls(
    AgentStatusClient client, LoadProfile profile, long companyId, int agents, int seed, TimeProvider clock)
{
    private const int BreakdownAgents = 20;
    private static readonly TimeSpan BreakdownWindow = TimeSpan.FromDays(30);

    private static readonly (Status Status, StatusOrigin Origin)[] Events =
    [
        (Status.Online, StatusOrigin.Agent), (Status.OnCall, StatusOrigin.Call), (Status.WrapUp, StatusOrigin.Call),
        (Status.Online, StatusOrigin.Call), (Status.Away, StatusOrigin.App), (Status.Online, StatusOrigin.App),
        (Status.Offline, StatusOrigin.Agent), (Status.Offline, StatusOrigin.App),
        (Status.Offline, StatusOrigin.Supervisor), (Status.Busy, StatusOrigin.Agent),
    ];

    // Event ids of several loads, also with the same seed, do not meet.
    private readonly string _run = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");

    public Task CallAsync(long number, CancellationToken cancellationToken)
    {
        var random = new Random(HashCode.Combine(seed, number));
        var agentId = 1 + random.Next(agents);
        return Kind(number) switch
        {
            LoadProfile.Record => RecordAsync(number, agentId, random, cancellationToken),
            LoadProfile.Breakdown => BreakdownAsync(agentId, cancellationToken),
            _ => client.ClassifyRingTargetAsync(
                new() { CompanyId = companyId, AgentId = agentId, CallId = number + 1, Outcome = RingOutcome.NoAnswer },
                cancellationToken),
        };
    }

    private LoadProfile Kind(long number) => profile != LoadProfile.Mixed ? profile : (number % 1_000) switch
    {
        999 => LoadProfile.Breakdown,
        var place when place % 10 == 9 => LoadProfile.Record,
        _ => LoadProfile.Ring,
    };

    private Task RecordAsync(long number, long agentId, Random random, CancellationToken cancellationToken)
    {
        var (status, origin) = Events[random.Next(Events.Length)];
        return client.RecordStatusAsync(
            new()
            {
                CompanyId = companyId,
                AgentId = agentId,
                Status = status,
                Origin = origin,
                EventId = $"load-{_run}-{number}",
            },
            cancellationToken);
    }

    private async Task BreakdownAsync(long firstAgentId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var next = Enumerable.Range(0, Math.Min(BreakdownAgents, agents));
        var request = new GetBreakdownRequest
        {
            CompanyId = companyId,
            StartTime = (now - BreakdownWindow).ToTimestamp(),
            EndTime = now.ToTimestamp(),
            AgentIds = { next.Select(i => 1 + ((firstAgentId + i) % agents)) },
            Granularity = Granularity.Day,
        };
        await foreach (var _ in client.GetBreakdownPagesAsync(request, cancellationToken)) { }
    }
}
