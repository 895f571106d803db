using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client;

/// <summary>How Call Steps shows a ring, with the evidence.</summary>
/// <param name="AgentId">The agent that was rung.</param>
/// <param name="Classification">What Call Steps shows.</param>
/// <param name="Label">The same as an English label, for example "Busy (missed)".</param>
/// <param name="Status">The agent's effective status at the routing time. Unspecified: unknown.</param>
/// <param name="StatusSince">Since when, from the same origin. Null: unknown.</param>
/// <param name="Origin">The origin of the event that decided. Unspecified: unknown.</param>
/// <param name="KnownThrough">Every event acknowledged before this instant is taken into account. Before the routing
/// time: the answer is provisional, ask again.</param>
public sealed record RingResult(
    long AgentId, RingClassification Classification, string Label, Status Status, DateTimeOffset? StatusSince,
    StatusOrigin Origin, DateTimeOffset KnownThrough)
{
    internal static RingResult From(long agentId, ClassifyRingTargetResponse response) => new(
        agentId, response.Classification, response.Label, response.Status, response.StatusSince?.ToDateTimeOffset(),
        response.Origin, response.KnownThrough.OrEpoch());

    internal static IReadOnlyList<RingResult> From(IReadOnlyList<RingTargetResult> results, Timestamp? knownThrough)
    {
        var known = knownThrough.OrEpoch();
        var all = new RingResult[results.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var r = results[i];
            all[i] = new RingResult(
                r.AgentId, r.Classification, r.Label, r.Status, r.StatusSince?.ToDateTimeOffset(), r.Origin, known);
        }

        return all;
    }
}
