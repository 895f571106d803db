using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>What CIP asks, about random agents. One object is used again and again: one caller's thread only.</summary>
internal static class RingQuestions
{
    private const string Service = "/agentstatus.v1.AgentStatusService/";

    public const string Unary = Service + "ClassifyRingTarget";
    public const string Group = Service + "ClassifyRingTargets";
    public const string Stream = Service + "StreamRingTargets";

    private static long _lastCallId;

    /// <param name="companies">Only agents of these; null: of all.</param>
    public static Func<IMessage> One(int seed, int agents, Timestamp ringAt, CompanyPartition? companies = null)
    {
        var random = new Random(seed);
        var request = new ClassifyRingTargetRequest
        {
            CallId = 985_282_287,
            RingGroupId = 1_003,
            QueueRule = QueueRule.Always,
            RingAt = ringAt,
            Outcome = RingOutcome.NoAnswer,
        };
        return () =>
        {
            var agent = SampleAgents.Any(random, agents, companies);
            (request.CompanyId, request.AgentId) = (agent.CompanyId, agent.AgentId);
            return request;
        };
    }

    /// <summary>The same, and each ring is kept, of a call of its own.</summary>
    public static Func<IMessage> OneToKeep(int seed, int agents, Timestamp ringAt)
    {
        var next = One(seed, agents, ringAt);
        return () =>
        {
            var request = (ClassifyRingTargetRequest)next();
            (request.Record, request.CallId) = (true, Interlocked.Increment(ref _lastCallId));
            return request;
        };
    }

    public static Func<IMessage> OfGroup(int seed, int agents, int targets, Timestamp ringAt)
    {
        var random = new Random(seed);
        var request = new ClassifyRingTargetsRequest
        {
            CallId = 985_282_287,
            RingGroupId = 1_003,
            QueueRule = QueueRule.Always,
            RingAt = ringAt,
        };
        for (var i = 0; i < targets; i++) request.Targets.Add(new RingTarget { Outcome = RingOutcome.NoAnswer });
        return () =>
        {
            request.CompanyId = AskAnyOfOneCompany(random, agents, request.Targets);
            return request;
        };
    }

    public static Func<IMessage> OnStream(int seed, int agents, int targets, Timestamp ringAt)
    {
        var random = new Random(seed);
        var request = new StreamRingTargetsRequest
        {
            CallId = 985_282_287,
            RingGroupId = 1_003,
            QueueRule = QueueRule.Always,
            RingAt = ringAt,
        };
        for (var i = 0; i < targets; i++) request.Targets.Add(new RingTarget { Outcome = RingOutcome.NoAnswer });
        return () =>
        {
            request.RequestId++;
            request.CompanyId = AskAnyOfOneCompany(random, agents, request.Targets);
            return request;
        };
    }

    /// <summary>Throws where the answer is none.</summary>
    public static void CheckOne(byte[] answer) =>
        Check(ClassifyRingTargetResponse.Parser.ParseFrom(answer).Label.Length > 0);

    /// <inheritdoc cref="CheckOne"/>
    public static void CheckGroup(byte[] answer) =>
        Check(ClassifyRingTargetsResponse.Parser.ParseFrom(answer).Results.All(result => result.Status > 0));

    /// <inheritdoc cref="CheckOne"/>
    public static void CheckStream(byte[] answer) =>
        Check(StreamRingTargetsResponse.Parser.ParseFrom(answer) is { Error: null, Results: [{ Status: > 0 }, ..] });

    private static long AskAnyOfOneCompany(Random random, int agents, IReadOnlyList<RingTarget> targets)
    {
        var first = random.Next(Math.Max(1, agents / SampleAgents.PerCompany)) * SampleAgents.PerCompany;
        foreach (var target in targets)
            target.AgentId = SampleAgents.Get(first + random.Next(SampleAgents.PerCompany)).AgentId;
        return SampleAgents.Get(first).CompanyId;
    }

    private static void Check(bool isAnswer)
    {
        if (!isAnswer) throw new InvalidOperationException("That is no answer.");
    }
}
