using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>The three ways to ask about rings refuse the same faults: two with a status, the stream with an
/// answer.</summary>
public sealed class RingValidationTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private static (string Fields, Action<StreamRingTargetsRequest> Spoil)[] Bad =>
    [
        ("company_id", r => r.CompanyId = 0),
        ("company_id", r => r.CompanyId = long.MinValue),
        ("call_id", r => r.CallId = -1),
        ("ring_group_id", r => r.RingGroupId = long.MinValue),
        ("queue_rule", r => r.QueueRule = (QueueRule)3),
        ("queue_rule", r => r.QueueRule = (QueueRule)(-1)),
        ("ring_at", r => r.RingAt = Times.At(Now.AddMilliseconds(Limits.FutureMs + 1))),
        ("targets[0].agent_id", r => r.Targets[0].AgentId = 0),
        ("targets[0].agent_id", r => r.Targets[0].AgentId = long.MinValue),
        ("targets[0].outcome", r => r.Targets[0].Outcome = (RingOutcome)8),
        ("targets[0].outcome", r => r.Targets[0].Outcome = (RingOutcome)int.MinValue),
        ("company_id call_id ring_group_id queue_rule ring_at targets[0].agent_id targets[0].outcome", r =>
        {
            (r.CompanyId, r.CallId, r.RingGroupId, r.QueueRule) = (0, -1, -1, (QueueRule)99);
            r.RingAt = new() { Nanos = -1 };
            (r.Targets[0].AgentId, r.Targets[0].Outcome) = (-1, (RingOutcome)(-1));
        }),
    ];

    [Fact]
    public async Task Whatever_is_wrong_is_named()
    {
        foreach (var (fields, spoil) in Bad) await AssertRefusedAsync(fields, spoil);
        foreach (var time in Times.Impossible) await AssertRefusedAsync("ring_at", r => r.RingAt = time);
    }

    [Fact]
    public async Task A_group_has_at_most_1000_targets()
    {
        var group = new ClassifyRingTargetsRequest { CompanyId = 1 };
        Assert.Empty((await Server.Service.ClassifyRingTargetsAsync(group)).Results);
        group.Targets.Add(Enumerable.Range(1, 1_000).Select(agent => new RingTarget { AgentId = agent }));
        var answer = await Server.Service.ClassifyRingTargetsAsync(group);
        Assert.Equal(Enumerable.Range(1, 1_000).Select(agent => (long)agent), answer.Results.Select(r => r.AgentId));

        group.Targets.Add(new RingTarget { AgentId = 1 });
        var refused = await Refused.ByAsync(async () => await Server.Service.ClassifyRingTargetsAsync(group));
        refused.AssertInvalid("targets");
        Assert.Contains("RingTargets is 1000", refused.Message);
    }

    [Fact]
    public async Task More_faults_than_trailers_hold_are_counted()
    {
        var group = new ClassifyRingTargetsRequest { CompanyId = 1 };
        for (var i = 0; i < 1_000; i++)
            group.Targets.Add(new RingTarget { AgentId = long.MinValue, Outcome = (RingOutcome)int.MinValue });
        var refused = await Refused.ByAsync(async () => await Server.Service.ClassifyRingTargetsAsync(group));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Equal(ServerLimits.NamedFaults, refused.Fields.Count());
        Assert.StartsWith("targets[0].agent_id ", refused.Message);
        Assert.EndsWith($"and {2_000 - ServerLimits.NamedFaults} more faults", refused.Message);
    }

    [Fact]
    public async Task What_is_just_within_the_limits_is_answered()
    {
        Action<ClassifyRingTargetRequest>[] good =
        [
            r => (r.CompanyId, r.AgentId) = (long.MaxValue, long.MaxValue),
            r => (r.CallId, r.RingGroupId) = (0, 0),
            r => r.RingAt = null,
            r => r.RingAt = Times.At(Now.AddMilliseconds(Limits.FutureMs)),
            r => r.RingAt = new() { Seconds = Times.FirstSecond },
            r => (r.QueueRule, r.Outcome) = (QueueRule.Unspecified, RingOutcome.Unspecified),
        ];
        foreach (var adapt in good)
        {
            var request = new ClassifyRingTargetRequest { CompanyId = 1, AgentId = 1 };
            adapt(request);
            var answer = await Server.Service.ClassifyRingTargetAsync(request);
            Assert.Equal((RingClassification.Unknown, "Unknown"), (answer.Classification, answer.Label));
            Assert.Equal((V1.AgentStatus.Unspecified, StatusOrigin.Unspecified), (answer.Status, answer.Origin));
            Assert.Null(answer.StatusSince);
        }
    }

    private async Task AssertRefusedAsync(string fields, Action<StreamRingTargetsRequest> spoil)
    {
        var one = new StreamRingTargetsRequest { CompanyId = 1, Targets = { new RingTarget { AgentId = 1 } } };
        spoil(one);
        var single = new ClassifyRingTargetRequest
        {
            CompanyId = one.CompanyId,
            CallId = one.CallId,
            RingGroupId = one.RingGroupId,
            QueueRule = one.QueueRule,
            RingAt = one.RingAt,
            AgentId = one.Targets[0].AgentId,
            Outcome = one.Targets[0].Outcome,
        };
        var refused = await Refused.ByAsync(async () => await Server.Service.ClassifyRingTargetAsync(single));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Equal(fields.Replace("targets[0].", "").Split(' ').Order(), refused.Fields.Order());

        var group = new ClassifyRingTargetsRequest
        {
            CompanyId = one.CompanyId,
            CallId = one.CallId,
            RingGroupId = one.RingGroupId,
            QueueRule = one.QueueRule,
            RingAt = one.RingAt,
            Targets = { one.Targets },
        };
        refused = await Refused.ByAsync(async () => await Server.Service.ClassifyRingTargetsAsync(group));
        refused.AssertInvalid(fields.Split(' '));

        using var stream = Server.Service.StreamRingTargets();
        one.RequestId = ulong.MaxValue;
        await stream.RequestStream.WriteAsync(one);
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        var answer = stream.ResponseStream.Current;
        Assert.Equal((one.RequestId, 3, refused.Message), (answer.RequestId, answer.Error.Code, answer.Error.Message));
        Assert.Equal(fields.Split(' '), answer.Error.Fields.Select(field => field.Field));
        Assert.All(answer.Error.Fields, field => Assert.NotEmpty(field.Description));
        Assert.Empty(answer.Results);
        Assert.Null(answer.KnownThrough);
    }
}
