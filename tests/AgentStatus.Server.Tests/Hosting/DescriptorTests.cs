using System.Text;
using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>A server loads nothing later, when it may get no file descriptor for it.</summary>
public sealed class DescriptorTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_needed_for_the_first_time_is_loaded_already()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = await ServerProcess.ServingAsync(_directory.File("store"));
        var before = server.LoadedFiles();
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

        var target = new RingTarget { AgentId = 2 };
        var rings = await service.ClassifyRingTargetsAsync(new() { CompanyId = 1, Targets = { target } });
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
        var health = new Health.HealthClient(server.Channel);
        await health.CheckAsync(new());
        var progress = new AdminService.AdminServiceClient(server.Channel).RebuildOfflinePeriods(new());
        await progress.ResponseStream.MoveNext(CancellationToken.None);

        using var http = new HttpClient { BaseAddress = server.Http };
        foreach (var encoding in (string[])["br", "gzip"])
        {
            foreach (var path in (string[])["/", "/v1/companies/1/hours", "/v1/companies/1/calls/x/steps", "/nothing"])
            {
                using var get = new HttpRequestMessage(HttpMethod.Get, path)
                {
                    Headers = { AcceptEncoding = { new(encoding) } },
                };
                using var got = await http.SendAsync(get);
            }

            using var json = new StringContent("{}", Encoding.UTF8, "application/json");
            using var ring = await http.PostAsync("/v1/companies/1/agents/1:classify", json);
            Assert.Equal(HttpStatusCode.OK, ring.StatusCode);
        }

        var later = server.LoadedFiles().Except(before).ToList();
        Assert.True(later.Count == 0, string.Join('\n', later));
    }
}
