using AgentStatus.Server.Access;
using AgentStatus.Server.Tests.Http;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Routing;
using Status = Google.Rpc.Status;

namespace AgentStatus.Server.Tests.Access;

/// <summary>Every RPC of the contract and every path, whatever there will be: a caller gets answers for its own
/// companies and permissions, and not one of another's. Company 1 is the caller's, 2 another's; there is no company
/// 3.</summary>
public sealed class EveryRpcTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Permission[] All = [.. Enum.GetValues<Permission>().Where(permission => permission > 0)];

    private readonly KeyFile _keys = new();
    private TestServer _server = null!;

    public static TheoryData<string> Rpcs => [.. AnyRpc.All.Select(AccessRules.NameOf)];

    public async ValueTask InitializeAsync()
    {
        _keys.With("one", All, 1).With("two", All, 2).With("all", All);
        foreach (var permission in All)
            _keys.With($"only-{permission}", [permission]).With($"not-{permission}", All.Except([permission]));
        _server = await _keys.StartServerAsync(Now);
        foreach (var (key, company) in ((string, long)[])[("one", 1), ("two", 2)])
            await KeyFile.Service(_server, key).RecordAsync(V1.AgentStatus.Online, companyId: company);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public void Every_RPC_that_the_server_has_is_one_of_these_or_health_or_reflection()
    {
        var mapped = _server.Part<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName)
            .OfType<string>().Distinct();
        Assert.Equal(
            AnyRpc.All.Concat(Health.Descriptor.Methods)
                .Concat(ServerReflection.Descriptor.Methods)
                .Concat(global::Grpc.Reflection.V1Alpha.ServerReflection.Descriptor.Methods)
                .Select(AccessRules.NameOf).Order(StringComparer.Ordinal),
            mapped.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Without_a_key_nothing_is_answered(string name)
    {
        var (code, _, reason) = await AskAsync(null, name, companyId: 1);
        Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_MISSING"), (code, reason));
    }

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task Another_company_is_refused_whether_it_exists_or_not(string name)
    {
        var (code, message, reason) = await AskAsync("one", name, companyId: 2);
        Assert.Equal(StatusCode.PermissionDenied, code);
        Assert.Equal(Rpc(name).IsClientStreaming ? null : "PERMISSION_MISSING", reason);
        Assert.Equal((code, message.Replace("company 2", "company 3"), reason), await AskAsync("one", name, 3));
        Assert.Equal(StatusCode.PermissionDenied, (await AskAsync("one", name, companyId: 0)).Code);

        // And it is not refused for another reason: who may ask for it gets on, to an answer or the next check.
        Assert.NotEqual(
            StatusCode.PermissionDenied,
            (await AskAsync(AnyRpc.NamesCompany(Rpc(name)) ? "two" : "all", name, companyId: 2)).Code);
        if (AnyRpc.NamesCompany(Rpc(name)))
            Assert.NotEqual(StatusCode.PermissionDenied, (await AskAsync("one", name, companyId: 1)).Code);
    }

    [Theory]
    [MemberData(nameof(Rpcs))]
    public async Task One_permission_is_needed_and_no_other(string name)
    {
        var permission = AnyRpc.RuleOf(Rpc(name)).Permission;
        Assert.Contains(permission, All);
        var (code, message, _) = await AskAsync($"not-{permission}", name, companyId: 1);
        Assert.Equal(StatusCode.PermissionDenied, code);
        Assert.Contains($"permission {permission.ToString().ToLowerInvariant()} ", message);
        Assert.NotEqual(StatusCode.PermissionDenied, (await AskAsync($"only-{permission}", name, companyId: 1)).Code);
    }

    [Fact]
    public async Task A_stream_refuses_the_requests_for_other_companies_and_goes_on()
    {
        using var stream = KeyFile.Service(_server, "one").StreamRingTargets();
        foreach (var (id, companyId, code) in ((ulong, long, StatusCode)[])[
            (1, 1, StatusCode.OK), (2, 2, StatusCode.PermissionDenied), (3, 3, StatusCode.PermissionDenied),
            (4, 1, StatusCode.OK)])
        {
            await stream.RequestStream.WriteAsync(
                new() { RequestId = id, CompanyId = companyId, Targets = { new RingTarget { AgentId = 1 } } });
            Assert.True(await stream.ResponseStream.MoveNext());
            var answer = stream.ResponseStream.Current;
            Assert.Equal((id, (int)code), (answer.RequestId, answer.Error?.Code ?? 0));
            Assert.Equal(code == StatusCode.OK ? 1 : 0, answer.Results.Count);
        }
    }

    [Fact]
    public async Task Events_of_another_company_do_not_pass_in_a_batch_of_the_own()
    {
        var service = KeyFile.Service(_server, "one");
        var answer = await service.RecordStatusesAsync(new()
        {
            CompanyId = 1,
            Events = { Requests.Event(V1.AgentStatus.Away, companyId: 2) },
        });
        Assert.Equal((int)StatusCode.InvalidArgument, Assert.Single(answer.Results).Error.Code);
    }

    [Fact]
    public async Task Every_path_refuses_as_its_RPC_does()
    {
        using var nobody = KeyFile.Http(_server, null);
        using var one = KeyFile.Http(_server, "one");
        foreach (var rpc in JsonRequests.Methods)
        {
            Assert.Equal(
                (int)StatusCode.Unauthenticated, Code(await nobody.AskAsync(AnyRpc.Request(rpc, companyId: 1))));
            var refused = (Status)await one.AskAsync(AnyRpc.Request(rpc, companyId: 2));
            Assert.Equal((int)StatusCode.PermissionDenied, refused.Code);
            var other = (Status)await one.AskAsync(AnyRpc.Request(rpc, companyId: 3));
            Assert.Equal(refused.Message.Replace("company 2", "company 3"), other.Message);
            if (rpc.IsServerStreaming) continue;
            Assert.NotEqual(
                (int)StatusCode.PermissionDenied, Code(await one.AskAsync(AnyRpc.Request(rpc, companyId: 1))));
        }
    }

    [Fact]
    public async Task Paths_say_401_and_403()
    {
        using var nobody = KeyFile.Http(_server, null);
        using var one = KeyFile.Http(_server, "one");
        using var unauthenticated = await nobody.GetAsync("/v1/companies/1/hours");
        Assert.Equal(HttpStatusCode.Unauthorized, unauthenticated.StatusCode);
        Assert.Equal("Bearer", $"{unauthenticated.Headers.WwwAuthenticate}");
        using var watch = await nobody.GetAsync("/v1/companies/1/statuses:watch");
        Assert.Equal(HttpStatusCode.Unauthorized, watch.StatusCode);
        using var denied = await one.GetAsync("/v1/companies/2/hours");
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        using var answered = await one.GetAsync("/v1/companies/1/hours");
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        using var page = await nobody.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("one", HttpStatusCode.Forbidden)]
    [InlineData("not-Watch", HttpStatusCode.Forbidden)]
    [InlineData("only-Watch", HttpStatusCode.OK)]
    public async Task Metrics_are_for_who_may_watch_all_companies(string? key, HttpStatusCode status)
    {
        using var client = KeyFile.Http(_server, key);
        using var metrics = await client.GetAsync("/metrics");
        Assert.Equal(status, metrics.StatusCode);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probes_need_no_key(string path)
    {
        using var client = KeyFile.Http(_server, null);
        using var probe = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
    }

    [Fact]
    public async Task Health_needs_no_key_and_reflection_any()
    {
        await new Health.HealthClient(_server.Channel).CheckAsync(new());
        Assert.Equal(StatusCode.Unauthenticated, (await ReflectAsync(null)).Status.StatusCode);
        Assert.Equal(StatusCode.OK, (await ReflectAsync("only-Watch")).Status.StatusCode);
    }

    private static int Code(IMessage answer) => (answer as Status)?.Code ?? 0;

    private static MethodDescriptor Rpc(string name) => AnyRpc.All.Single(rpc => AccessRules.NameOf(rpc) == name);

    private Task<(StatusCode Code, string Message, string? Reason)> AskAsync(
        string? key, string name, long companyId) =>
        AnyRpc.AskAsync(KeyFile.Invoker(_server, key), Rpc(name), AnyRpc.Request(Rpc(name), companyId));

    private async Task<RpcException> ReflectAsync(string? key)
    {
        using var stream = new ServerReflection.ServerReflectionClient(KeyFile.Invoker(_server, key))
            .ServerReflectionInfo();
        try
        {
            await stream.RequestStream.WriteAsync(new() { ListServices = "" });
        }
        catch (RpcException)
        {
            // The answer was there first, and says why.
        }

        try
        {
            Assert.True(await stream.ResponseStream.MoveNext());
            await stream.RequestStream.CompleteAsync();
            return new(global::Grpc.Core.Status.DefaultSuccess);
        }
        catch (RpcException refused)
        {
            return refused;
        }
    }
}
