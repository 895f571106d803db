using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Telemetry;

/// <summary>Metrics of what the server knows: looked at when they are asked for.</summary>
internal sealed class StateMetrics(
    TimelineIndex timelines,
    CompanySettingsCache settings,
    Instruments instruments,
    ServerOptions options,
    TimeProvider clock)
{
    private static readonly string[] StatusNames = [.. Enum.GetValues<Status>().Select(Names.Of)];

    /// <summary>Memory is filled: from now on there is something to see.</summary>
    public void Observe()
    {
        instruments.ObserveAgents(() => timelines.AgentCount);
        instruments.ObserveKnownThrough(KnownThroughAge);
        instruments.ObserveObjectives(
            ("classify", ServerLimits.ObjectiveShare, ServerLimits.ClassifyObjective),
            ("seen", ServerLimits.ObjectiveShare, ServerLimits.SeenObjective),
            ("known_through", 1, ServerLimits.KnownThroughObjective));
        instruments.ObserveSettings(settings.CountFaults);
        if (options.Telemetry.Companies.Count > 0) instruments.ObserveStatuses(CountAgents);
    }

    /// <summary>How old known_through is, by the store's clock, whose instant it is.</summary>
    private TimeSpan KnownThroughAge()
    {
        var nowMs = clock.NowMs();
        var knownMs = timelines.KnownThroughMs(nowMs);
        return knownMs == nowMs
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Math.Max(0, nowMs + instruments.StoreAheadMs - knownMs));
    }

    private IEnumerable<(long CompanyId, string Status, int Agents)> CountAgents()
    {
        var nowMs = clock.NowMs();
        foreach (var companyId in options.Telemetry.Companies)
        {
            var agents = new int[StatusNames.Length];
            foreach (var agentId in timelines.AgentsOf(companyId))
            {
                timelines.TryAt(new(companyId, agentId), nowMs, out var at);
                agents[(int)at.Status]++;
            }

            for (var status = 0; status < (int)Status.Left; status++)
                yield return (companyId, StatusNames[status], agents[status]);
        }
    }
}
