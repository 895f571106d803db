using AgentStatus.Cli.Transfer;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Export;

/// <summary>Writes a company's events agent by agent, each agent's in the order in which they count, the retracted ones
/// with their retraction.</summary>
internal sealed class EventExport(AgentStatusClient client, long companyId, TimeProvider clock)
{
    private static readonly Timestamp Earliest = DateTimeOffset.UnixEpoch.ToTimestamp();

    public long Agents { get; private set; }

    public long Events { get; private set; }

    /// <summary>The agents that have events in the time: null is open.</summary>
    public async Task<List<long>> FindAgentsAsync(Timestamp? from, Timestamp? to, CancellationToken cancellationToken)
    {
        var window = new GetBreakdownRequest
        {
            CompanyId = companyId,
            StartTime = from ?? Earliest,
            EndTime = to ?? clock.GetUtcNow().AddMinutes(1).ToTimestamp(),
            HoursClip = HoursClip.None,
        };
        return await client.GetBreakdownAsync(window, cancellationToken).Select(agent => agent.AgentId)
            .ToListAsync(cancellationToken);
    }

    public async Task WriteAsync(
        IReadOnlyList<long> agents, Timestamp? from, Timestamp? to, EventWriter writer, TransferProgress? progress,
        CancellationToken cancellationToken)
    {
        writer.Begin();
        foreach (var agentId in agents)
        {
            var request = new ListStatusEventsRequest
            {
                CompanyId = companyId,
                AgentId = agentId,
                StartTime = from,
                EndTime = to,
            };
            var before = Events;
            await foreach (var e in client.ListStatusEventsAsync(request, cancellationToken))
            {
                writer.Write(e);
                Events++;
            }

            if (Events > before) Agents++;
            progress?.Add(1, Events - before);
        }
    }
}
