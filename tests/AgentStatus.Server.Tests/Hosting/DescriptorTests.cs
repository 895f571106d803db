using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>A server that gets no file descriptor any more, and on its open connection is asked for the first time for
/// all that it can do.</summary>
public sealed class DescriptorTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_needed_for_the_first_time_needs_no_descriptor()
    {
        using var server = await ServerProcess.ServingAsync(_directory.File("store"));
        server.TakeDescriptors();
        var service = server.Service;

        for (var agent = 1; agent <= 3; agent++)
        {
            await service.RecordStatusAsync(new()
            {
                CompanyId = 1,
                AgentId = agent,
                Status = V1.AgentStatus.Offline,
                Origin = StatusOrigin.Agent,
            });
        }

        var rings = await service.ClassifyRingTargetsAsync(new() { CompanyId = 1, Targets = { new RingTarget { AgentId = 2 } } });
        Assert.Equal(RingClassification.Offline, rings.Results.Single().Classification);

        var end = TimeProvider.System.GetUtcNow();
        var request = new GetBreakdownRequest
        {
            CompanyId = 1,
            StartTime = end.AddDays(-100).ToTimestamp(),
            EndTime = end.ToTimestamp(),
            Granularity = Granularity.Day,
            TimeZone = "Europe/Prague",
            IncludeSegments = true,
            PageSize = 1,
        };
        for (var page = 1; page <= 3; page++)
        {
            var answer = await service.GetBreakdownAsync(request);
            Assert.Equal(page, answer.Agents.Single().AgentId);
            request.PageToken = answer.NextPageToken;
        }

        request.PageToken = "garbage";
        var refused = await Assert.ThrowsAsync<RpcException>(() => service.GetBreakdownAsync(request).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.NotEmpty(refused.Trailers);
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
    }
}
