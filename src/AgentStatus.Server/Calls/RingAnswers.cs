using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;
using AgentStatus.V1;

namespace AgentStatus.Server.Calls;

/// <summary>A classification as a message. Statuses and origins have the contract's numbers.</summary>
internal static class RingAnswers
{
    public static ClassifyRingTargetResponse One(in StatusAt at, V1.RingOutcome outcome, long knownThroughMs)
    {
        var classification = RingClassifier.Classify(at.Status, (Core.Rings.RingOutcome)outcome);
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
}
