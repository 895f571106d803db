using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;
using AgentStatus.V1;

namespace AgentStatus.Server.Calls;

/// <summary>Classifications as messages. Statuses and origins have the contract's numbers.</summary>
internal static class RingAnswers
{
    public static ClassifyRingTargetResponse One(in StatusAt at, V1.RingOutcome outcome, long knownThroughMs)
    {
        var classification = Classify(at, outcome);
        var answer = new ClassifyRingTargetResponse
        {
            Classification = (V1.RingClassification)classification,
            Label = RingClassifier.Label(classification),
            KnownThrough = WireTime.Timestamp(knownThroughMs),
        };
        if (at.Status == Core.Status.Unknown) return answer;
        answer.Status = (V1.AgentStatus)at.Status;
        answer.StatusSince = WireTime.Timestamp(at.SinceMs);
        answer.Origin = (StatusOrigin)at.Origin;
        return answer;
    }

    public static RingTargetResult OfGroup(in StatusAt at, RingTarget target)
    {
        var classification = Classify(at, target.Outcome);
        var result = new RingTargetResult
        {
            AgentId = target.AgentId,
            Classification = (V1.RingClassification)classification,
            Label = RingClassifier.Label(classification),
        };
        if (at.Status == Core.Status.Unknown) return result;
        result.Status = (V1.AgentStatus)at.Status;
        result.StatusSince = WireTime.Timestamp(at.SinceMs);
        result.Origin = (StatusOrigin)at.Origin;
        return result;
    }

    private static Core.Rings.RingClassification Classify(in StatusAt at, V1.RingOutcome outcome) =>
        RingClassifier.Classify(at.Status, (Core.Rings.RingOutcome)outcome);
}
