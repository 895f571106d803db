using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests;

public sealed class ClassifyTests : FakeServerTests
{
    private static readonly Timestamp At = Timestamp.FromDateTimeOffset(
        DateTimeOffset.Parse("2025-10-01T09:15:30.25Z"));

    [Fact]
    public async Task One_ring_goes_out_with_every_field_and_comes_back_with_its_evidence()
    {
        var request = new ClassifyRingTargetRequest { CompanyId = 280197, AgentId = 380171, RingAt = At };
        var response = new ClassifyRingTargetResponse { Label = "Offline", StatusSince = At, KnownThrough = At };
        Server.Service.OnClassify = (_, _) => Task.FromResult(response);
        using var client = Server.Connect();

        Assert.Equal(response, await client.ClassifyRingTargetAsync(request));
        Assert.Equal(request, Assert.Single(Server.Service.Classified));
    }

    [Fact]
    public async Task A_ring_group_comes_back_in_the_order_of_its_targets()
    {
        Server.Service.OnClassifyGroup = request => new ClassifyRingTargetsResponse
        {
            Results =
            {
                request.Targets.Select(t => new RingTargetResult { AgentId = t.AgentId, Label = $"{t.Outcome}" }),
            },
            KnownThrough = At,
        };
        using var client = Server.Connect();

        var rings = await client.ClassifyRingTargetsAsync(new()
        {
            CompanyId = 1,
            Targets =
            {
                new RingTarget { AgentId = 9, Outcome = RingOutcome.Answered }, new RingTarget { AgentId = 8 },
            },
        });

        Assert.Equal([(9L, "Answered"), (8L, "Unspecified")], rings.Results.Select(ring => (ring.AgentId, ring.Label)));
        Assert.Equal(At, rings.KnownThrough);
        Assert.Null(Assert.Single(Server.Service.GroupsClassified).RingAt);
    }
}
