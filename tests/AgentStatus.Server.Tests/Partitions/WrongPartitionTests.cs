using AgentStatus.Server.Access;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Tests.Access;
using AgentStatus.Server.Tests.Hosting;
using AgentStatus.Server.Tests.Http;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace AgentStatus.Server.Tests.Partitions;

/// <summary>Every RPC of the contract and every path, whatever there will be: a server that has a part of the companies
/// answers for these, and refuses the others. Of two parts company 1 is in the first, 2 in the second.</summary>
public sealed class WrongPartitionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private TestServer _server = null!;

    public static TheoryData<string> Rpcs => [.. AnyRpc.All.Where(AnyRpc.NamesCompany).Select(AccessRules.NameOf)];

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        Now, "--Http", "http://127.0.0.1:0", "--Companies:Partition", "1/2");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void All_RPCs_of_the_service_for_callers_name_a_company() => Assert.All(
        AgentStatusService.Descriptor.Methods,
        rpc => Assert.Contains(AccessRules.NameOf(rpc), Rpcs.Select(row => row.Data)));

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task A_company_of_another_part_is_refused_with_the_right_number(string name)
    {
        var rpc = AnyRpc.All.Single(rpc => AccessRules.NameOf(rpc) == name);
        var (code, message, reason) = await AskAsync(rpc, companyId: 2);
        Assert.Equal(StatusCode.FailedPrecondition, code);
        Assert.Equal("company 2 is in partition 2/2; this server has 1/2 (Companies:Partition)", message);
        Assert.Equal(rpc.IsClientStreaming ? null : "WRONG_PARTITION", reason);

        // An own company gets on, and what is no company is no other part's.
        foreach (var companyId in (long[])[1, 0, -2])
            Assert.DoesNotContain("in partition", (await AskAsync(rpc, companyId)).Message);
    }

    [Fact]
    public async Task The_error_says_which_part_it_is_and_of_how_many()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => _server.Service.RecordAsync(V1.AgentStatus.Online, companyId: 2));
        var info = refused.GetRpcStatus()!.GetDetail<ErrorInfo>()!;
        Assert.Equal("agentstatus.v1", info.Domain);
        Assert.Equal(
            new Dictionary<string, string> { ["partition"] = "2", ["partitions"] = "2" }, info.Metadata.ToDictionary());
    }

    [Fact]
    public async Task A_stream_refuses_the_requests_for_other_companies_and_goes_on()
    {
        using var stream = _server.Service.StreamRingTargets();
        foreach (var (id, companyId, code) in ((ulong, long, StatusCode)[])[
            (1, 1, StatusCode.OK), (2, 2, StatusCode.FailedPrecondition), (3, 1, StatusCode.OK)])
        {
            await stream.RequestStream.WriteAsync(
                new() { RequestId = id, CompanyId = companyId, Targets = { new RingTarget { AgentId = 1 } } });
            Assert.True(await stream.ResponseStream.MoveNext());
            var answer = stream.ResponseStream.Current;
            Assert.Equal((id, (int)code), (answer.RequestId, answer.Error?.Code ?? 0));
        }
    }

    [Fact]
    public async Task A_batch_is_refused_as_a_whole()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await _server.Service.RecordStatusesAsync(new()
        {
            CompanyId = 2,
            Events = { Requests.Event(V1.AgentStatus.Away, companyId: 2) },
        }));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
    }

    [Fact]
    public async Task Every_path_refuses_as_its_RPC_does()
    {
        using var http = new HttpClient { BaseAddress = _server.Http };
        foreach (var rpc in JsonRequests.Methods)
        {
            var refused = (Status)await http.AskAsync(AnyRpc.Request(rpc, companyId: 2));
            Assert.Equal(((int)StatusCode.FailedPrecondition, rpc.Name), (refused.Code, rpc.Name));
            Assert.Equal("2", refused.GetDetail<ErrorInfo>()!.Metadata["partition"]);
            if (rpc.IsServerStreaming) continue;
            var own = await http.AskAsync(AnyRpc.Request(rpc, companyId: 1));
            Assert.DoesNotContain("in partition", (own as Status)?.Message ?? "");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("3/2")]
    public void What_is_no_part_is_refused_by_its_key(string value) => Assert.StartsWith(
        $"Companies:Partition is \"{value}\"", Assert.Single(OptionFaults.Of(("Companies:Partition", value))));

    [Fact]
    public async Task A_store_that_has_other_companies_loads_the_own_ones_and_keeps_the_others()
    {
        await using var server = await TestServer.StartAsync(Now);
        await server.Service.RecordAsync(V1.AgentStatus.Away, companyId: 1);
        await server.Service.RecordAsync(V1.AgentStatus.Offline, companyId: 2);
        await server.RestartAsync("--Companies:Partition", "2/2");
        Assert.Equal(1, server.Part<TimelineIndex>().AgentCount);
        var refused = await Assert.ThrowsAsync<RpcException>(() => server.Service.ClassifyAsync());
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        var ring = await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 2, AgentId = 1 });
        Assert.Equal(V1.AgentStatus.Offline, ring.Status);
        await server.RestartAsync("--Companies:Partition", "1/1");
        Assert.Equal(V1.AgentStatus.Away, (await server.Service.ClassifyAsync()).Status);
    }

    private Task<(StatusCode Code, string Message, string? Reason)> AskAsync(
        Google.Protobuf.Reflection.MethodDescriptor rpc, long companyId) =>
        AnyRpc.AskAsync(_server.Channel.CreateCallInvoker(), rpc, AnyRpc.Request(rpc, companyId));
}
