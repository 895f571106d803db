using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>The bytes of answers are those that generated code writes.</summary>
public sealed class RingGroupAnswerTests
{
    private const int Rounds = 2_000;

    private static readonly long[] Instants =
        [Limits.FirstInstantMs, Limits.LastInstantMs, 0, -1, 1, 999, 1_000, -1_000, -1_001, 1_772_000_000_000];

    private readonly WireBuffer _wire = new();

    [Fact]
    public void RingAnswer_AnyResult_WritesWhatGeneratedCodeWrites() => Seeds.ForEach(3, random =>
    {
        for (var i = 0; i < Rounds; i++)
        {
            var (at, knownThroughMs) = (AnyStatus(random), Instant(random));
            var classification = RingClassifier.Classify(at.Status, (Core.Rings.RingOutcome)random.Next(8));
            var response = new ClassifyRingTargetResponse
            {
                Classification = (V1.RingClassification)classification,
                Label = RingClassifier.Label(classification),
                KnownThrough = WireTime.Timestamp(knownThroughMs),
            };
            if (at.Status != Core.Status.Unknown)
            {
                response.Status = (V1.AgentStatus)at.Status;
                response.StatusSince = WireTime.Timestamp(at.SinceMs);
                response.Origin = (StatusOrigin)at.Origin;
            }

            var label = random.Next(3) == 0 ? Label(random) : null;
            response.StatusLabel = label ?? "";
            var answer = label is null
                ? new RingAnswer(at, classification, knownThroughMs)
                : new LabelledRingAnswer(at, classification, knownThroughMs, label);
            answer.SendTo(_wire);
            AssertWritten(response);
        }
    });

    [Fact]
    public void OfGroup_AnyResults_WritesWhatGeneratedCodeWrites() => ForManyCounts((random, count, knownThroughMs) =>
    {
        var response = new ClassifyRingTargetsResponse { KnownThrough = WireTime.Timestamp(knownThroughMs) };
        var answer = new RingGroupAnswer(count);
        for (var n = 0; n < count; n++) response.Results.Add(AddTo(answer, random));
        answer.Complete(knownThroughMs);
        AssertWrites(response, answer);
    });

    [Fact]
    public void OnStream_AnyResults_WritesWhatGeneratedCodeWrites() => ForManyCounts((random, count, knownThroughMs) =>
    {
        var requestId = random.Next(4) switch { 0 => 0UL, 1 => ulong.MaxValue, _ => (ulong)random.NextInt64() };
        var response = new StreamRingTargetsResponse { RequestId = requestId };
        response.KnownThrough = WireTime.Timestamp(knownThroughMs);
        var answer = new RingGroupAnswer(count, requestId);
        for (var n = 0; n < count; n++) response.Results.Add(AddTo(answer, random));
        answer.Complete(knownThroughMs);
        AssertWrites(response, answer);
    });

    [Fact]
    public void OnStream_AsManyLongResultsAsAllowed_HasRoom()
    {
        var response = new StreamRingTargetsResponse
        {
            RequestId = ulong.MaxValue,
            KnownThrough = WireTime.Timestamp(Limits.FirstInstantMs + 999),
        };
        var answer = new RingGroupAnswer(Limits.RingTargets, ulong.MaxValue);
        for (var i = 0; i < Limits.RingTargets; i++)
        {
            var at = new StatusAt(Core.Status.Online, Origin.App, Limits.FirstInstantMs + 999);
            response.Results.Add(AddTo(answer, long.MaxValue, at, Core.Rings.RingOutcome.AnsweredElsewhere));
        }

        answer.Complete(Limits.FirstInstantMs + 999);
        AssertWrites(response, answer);
    }

    [Fact]
    public void OnStream_Refusal_WritesWhatGeneratedCodeWrites()
    {
        (string, string)[] faults = [("company_id", "must be 1 or more, not \u00e9"), ("agent_id", "")];
        var response =
            new StreamRingTargetsResponse { RequestId = 7, Error = Refusals.OnStream(Refusals.Invalid(faults)) };

        Assert.Equal(3, response.Error.Code);
        Assert.Equal("company_id must be 1 or more, not \u00e9", response.Error.Message);
        Assert.Equal(faults, response.Error.Fields.Select(fault => (fault.Field, fault.Description)));
        AssertWrites(response, new RingGroupAnswer(response));
    }

    private static void ForManyCounts(Action<Random, int, long> law) => Seeds.ForEach(3, random =>
    {
        for (var i = 0; i < Rounds; i++) law(random, random.Next(6), Instant(random));
    });

    private static RingTargetResult AddTo(RingGroupAnswer answer, Random random) => AddTo(
        answer,
        random.Next(3) == 0 ? random.NextInt64(1, long.MaxValue) : 1L << random.Next(63),
        AnyStatus(random),
        (Core.Rings.RingOutcome)random.Next(8),
        random.Next(8) == 0 ? Label(random) : "",
        random.Next(8) == 0 ? Refusals.OnStream(Refusals.KeptOtherwise()) : null);

    /// <summary>Adds a result, and gives it as the message that it is.</summary>
    private static RingTargetResult AddTo(
        RingGroupAnswer answer, long agentId, StatusAt at, Core.Rings.RingOutcome outcome,
        string label = "", RingTargetsError? error = null)
    {
        var classification = RingClassifier.Classify(at.Status, outcome);
        answer.Add(agentId, at, classification, label, error);
        var result = new RingTargetResult
        {
            AgentId = agentId,
            Classification = (V1.RingClassification)classification,
            Label = RingClassifier.Label(classification),
            StatusLabel = label,
            Error = error,
        };
        if (at.Status == Core.Status.Unknown) return result;
        result.Status = (V1.AgentStatus)at.Status;
        result.StatusSince = WireTime.Timestamp(at.SinceMs);
        result.Origin = (StatusOrigin)at.Origin;
        return result;
    }

    private static string Label(Random random) =>
        string.Concat(Enumerable.Repeat(random.Next(2) == 0 ? "x" : "\U0001F374", random.Next(1, 65)));

    private static StatusAt AnyStatus(Random random) =>
        new((Core.Status)random.Next(8), (Origin)random.Next(1, 5), Instant(random));

    private static long Instant(Random random) => random.Next(2) == 0
        ? Instants[random.Next(Instants.Length)]
        : random.NextInt64(Limits.FirstInstantMs, Limits.LastInstantMs + 1);

    private void AssertWrites(IMessage expected, RingGroupAnswer answer)
    {
        answer.SendTo(_wire);
        AssertWritten(expected);
    }

    private void AssertWritten(IMessage expected) =>
        Assert.Equal(Convert.ToHexString(expected.ToByteArray()), Convert.ToHexString(_wire.Written));
}
