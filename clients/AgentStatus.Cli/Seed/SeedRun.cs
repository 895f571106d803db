using AgentStatus.Cli.Transfer;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Seed;

/// <summary>Records what a plan makes up, some days at a time: events, then the rings as call routing keeps them, then
/// what the server heard late and what turned out to be wrong.</summary>
internal sealed class SeedRun(AgentStatusClient client, SeedPlan plan)
{
    private const int RingsUnderWay = 256;

    // Days are sent in portions: few enough to be held, many enough to fill batches.
    private const int AgentDaysOfPortion = 1_000;
    private const int PartsOfDay = 1_000_000;


    private readonly EventSender _sender = new(client, plan.CompanyId);

    public long Events { get; private set; }

    public long Calls { get; private set; }

    public long Retractions { get; private set; }

    /// <summary>The last call that was shown as missed although the agent had chosen Offline; 0: none.</summary>
    public long ExampleCall { get; private set; }

    /// <summary>What <see cref="RunAsync"/> counts the progress up to.</summary>
    public long Total => (long)plan.Days * PartsOfDay;

    /// <summary>Records everything. Done again it changes nothing.</summary>
    /// <exception cref="CommandFailedException">The server refused something.</exception>
    public async Task RunAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        var dates = Enumerable.Range(0, plan.Days).Select(plan.FirstDate.AddDays);
        foreach (var portion in dates.Chunk(Math.Max(1, AgentDaysOfPortion / plan.Agents)))
        {
            var days = portion.Select(date => new CompanyDay(plan, date)).ToList();
            var events = days.SelectMany(day => day.Events).ToList();
            var late = days.SelectMany(day => day.Late).ToList();
            var rings = days.SelectMany(day => day.Rings).ToList();
            var part = (double)PartsOfDay * days.Count / Math.Max(1, events.Count + rings.Count + late.Count);
            await SendAsync(events, count => progress.Add((long)(part * count), count), cancellationToken);
            await KeepAsync(rings, () => progress.Add((long)part, 0), cancellationToken);
            await SendAsync(late, count => progress.Add((long)(part * count), count), cancellationToken);
            foreach (var retraction in days.SelectMany(day => day.Retractions))
            {
                await _sender.RetractAsync(retraction, cancellationToken);
                Retractions++;
            }

            Events += events.Count + late.Count;
            Calls += rings.Count;
            ExampleCall = days.Select(day => day.ExampleCall).LastOrDefault(call => call is not null) ?? ExampleCall;
        }
    }

    /// <summary>Whose events the company has already: refuses to mix made-up ones with others.</summary>
    /// <exception cref="CommandFailedException">There are others.</exception>
    public async Task CheckCompanyAsync(CancellationToken cancellationToken)
    {
        var window = new GetBreakdownRequest
        {
            CompanyId = plan.CompanyId,
            StartTime = plan.EndAt.AddDays(-1).ToTimestamp(),
            EndTime = plan.EndAt.ToTimestamp(),
            HoursClip = HoursClip.None,
            PageSize = 1,
        };
        var page = await client.GetBreakdownPagesAsync(window, cancellationToken).FirstAsync(cancellationToken);
        if (page.Agents.Count == 0) return;
        var list = new ListStatusEventsRequest
        {
            CompanyId = plan.CompanyId,
            AgentId = page.Agents[0].AgentId,
            PageSize = 1,
        };
        var first = await client.ListStatusEventsAsync(list, cancellationToken).FirstOrDefaultAsync(cancellationToken);
        if (first?.EventId.StartsWith(plan.IdPrefix, StringComparison.Ordinal) == false)
            throw new CommandFailedException(
                $"Company {plan.CompanyId} has other events already (\"{first.EventId}\" of agent {first.AgentId}): "
                + "seed a company that has none, or the same again with the same --seed, --agents and --time-zone.");
    }

    private async Task SendAsync(
        IEnumerable<RecordStatusRequest> events, Action<int> sent, CancellationToken cancellationToken)
    {
        RingTargetsError? refused = null;
        var lanes = new EventLanes(
            _sender,
            (batch, results) =>
            {
                refused ??= results.FirstOrDefault(result => result.Error is not null)?.Error;
                sent(batch.Count);
            },
            cancellationToken);
        try
        {
            foreach (var e in events.OrderBy(e => e.OccurredAt)) await lanes.AddAsync(new(e));
        }
        finally
        {
            await lanes.CompleteAsync();
        }

        if (refused is not null)
            throw new CommandFailedException($"The server refused an event: {EventSender.Text(refused)}");
    }

    private Task KeepAsync(
        IEnumerable<ClassifyRingTargetsRequest> rings, Action kept, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(rings, Options(RingsUnderWay, cancellationToken), async (ring, cancelled) =>
        {
            if (await _sender.KeepAsync(ring, cancelled) is { } refused)
                throw new CommandFailedException($"The server refused a ring: {refused}");
            kept();
        });

    private static ParallelOptions Options(int underWay, CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = underWay, CancellationToken = cancellationToken };
}
