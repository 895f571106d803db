namespace AgentStatus.Benchmarks.Running;

/// <summary>How much is measured. The targets stand for <see cref="Full"/>.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Agents">Agents in memory of the large server.</param>
/// <param name="FewAgents">Agents in memory of the small one.</param>
/// <param name="RenewedAgents">Agents in memory of servers that are started anew each round.</param>
/// <param name="EventsPerAgent">Events of each.</param>
/// <param name="Rounds">Rounds of every comparison.</param>
/// <param name="Warmup">Load before the first round on a server, for its compiler.</param>
/// <param name="Round">Load that is measured in a round.</param>
/// <param name="BreakdownAgents">Agents of the breakdown.</param>
/// <param name="BreakdownEventsPerAgent">Events of each, in 30 days.</param>
internal sealed record Sizes(
    string Name,
    int Agents,
    int FewAgents,
    int RenewedAgents,
    int EventsPerAgent,
    int Rounds,
    TimeSpan Warmup,
    TimeSpan Round,
    int BreakdownAgents,
    int BreakdownEventsPerAgent)
{
    /// <summary>How long the soak goes on; zero: there is none.</summary>
    public TimeSpan Soak { get; init; }

    /// <summary>What the targets are about.</summary>
    public static readonly Sizes Full = new(
        "full", 1_000_000, 1_000, 200_000, 20, 7, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(3), 1_000, 1_500);

    /// <summary>Seconds in all: shows that everything still runs, and no figure worth a look.</summary>
    public static readonly Sizes Quick = new(
        "quick", 4_000, 1_000, 2_000, 20, 2, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.2), 20, 100);
}
