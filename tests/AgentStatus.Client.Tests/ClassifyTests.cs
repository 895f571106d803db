using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests;

public sealed class ClassifyTests
{
    private static readonly DateTimeOffset RingAt = DateTimeOffset.Parse("2025-10-01T09:15:30.250Z");
    private static readonly DateTimeOffset Since = DateTimeOffset.Parse("2025-10-01T06:58:12Z");
    private static readonly DateTimeOffset Known = DateTimeOffset.Parse("2025-10-01T09:16:00Z");

    [Fact]
    public async Task One_ring_goes_out_with_every_field_and_comes_back_with_its_evidence()
    {
        await using var server = await FakeServer.StartAsync();
        server.Service.OnClassify = (_, _) => Task.FromResult(new ClassifyRingTargetResponse
        {
            Classification = RingClassification.Offline,
            Label = "Offline",
            Status = Status.Offline,
            StatusSince = Timestamp.FromDateTimeOffset(Since),
            Origin = StatusOrigin.Agent,
            KnownThrough = Timestamp.FromDateTimeOffset(Known),
        });
        using var client = server.Connect();

        var result = await client.ClassifyRingTargetAsync(new Ring(280197, 380171)
        {
            CallId = 985282287,
            RingGroupId = 3,
            QueueRule = QueueRule.AvailableOnly,
            RingAt = RingAt,
            Outcome = RingOutcome.Rejected,
        });

        Assert.Equal(
            new RingResult(
                380171, RingClassification.Offline, "Offline", Status.Offline, Since, StatusOrigin.Agent, Known),
            result);
        Assert.Equal(
            new ClassifyRingTargetRequest
            {
                CompanyId = 280197,
                AgentId = 380171,
                CallId = 985282287,
                RingGroupId = 3,
                QueueRule = QueueRule.AvailableOnly,
                RingAt = Timestamp.FromDateTimeOffset(RingAt),
                Outcome = RingOutcome.Rejected,
            },
            Assert.Single(server.Service.Classified));
    }

    [Fact]
    public async Task A_ring_group_comes_back_in_the_order_of_its_targets()
    {
        await using var server = await FakeServer.StartAsync();
        server.Service.OnClassifyGroup = request => new ClassifyRingTargetsResponse
        {
            Results =
            {
                request.Targets.Select(t => new RingTargetResult { AgentId = t.AgentId, Label = $"{t.Outcome}" }),
            },
            KnownThrough = Timestamp.FromDateTimeOffset(Known),
        };
        using var client = server.Connect();

        var results = await client.ClassifyRingTargetsAsync(new GroupRing(
            1, [new() { AgentId = 9, Outcome = RingOutcome.Answered }, new() { AgentId = 8 }]));

        Assert.Equal([(9L, "Answered"), (8L, "Unspecified")], results.Select(result => (result.AgentId, result.Label)));
        Assert.All(results, result => Assert.Equal(Known, result.KnownThrough));
        Assert.Null(Assert.Single(server.Service.GroupsClassified).RingAt);
    }
}
