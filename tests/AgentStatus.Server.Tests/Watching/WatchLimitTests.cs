using AgentStatus.Server.Watching;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Watching;

public sealed class WatchLimitTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(Now, "--Limits:NewAgentsPerSecond", "100000");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_field_at_fault_is_named()
    {
        (await RefusedAsync(0, 1, -1, 0)).AssertInvalid("company_id", "agent_ids[1]", "agent_ids[2]");
        var many = Enumerable.Range(1, ServerLimits.WatchedAgents + 1).Select(id => (long)id).ToArray();
        var refused = await RefusedAsync(1, many);
        refused.AssertInvalid("agent_ids");
        Assert.Contains("WatchedAgents is 1000", refused.Message);
        using var reader = WatchReader.Open(_server, 1, many[..^1]);
        await reader.UntilLiveAsync();
        Assert.Equal(ServerLimits.WatchedAgents, reader.Agents.Count);
    }

    [Fact]
    public async Task An_address_has_half_of_the_watchers_and_who_is_refused_comes_in_when_one_leaves()
    {
        using var metrics = MeterReadings.Of(_server);
        var watch = _server.Part<StatusWatch>();
        var open = Open(watch, IPAddress.Loopback, ServerLimits.WatchersOfAddress);
        var refused = await RefusedAsync(1);
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("Watchers is 2000, 1000 of an address", refused.Message);
        Assert.Equal(
            ServerLimits.WatchRetryAfterMs, refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan().TotalMilliseconds);
        open[7].Dispose();
        using (var reader = WatchReader.Open(_server)) await reader.UntilLiveAsync();
        await Until.TrueAsync(() => metrics["agentstatus.watchers"] == ServerLimits.WatchersOfAddress - 1);

        // Others have the other half, and then there is no place for anybody.
        var others = Open(watch, IPAddress.Parse("10.0.0.1"), ServerLimits.WatchersOfAddress);
        var last = Open(watch, IPAddress.Parse("10.0.0.2"), 1);
        Assert.Null(watch.TryOpen(1, [], IPAddress.Parse("10.0.0.2"), () => { }, out var reason));
        Assert.Equal(WatchRefusal.All, reason);
        foreach (var watcher in open.Where((_, i) => i != 7).Concat(others).Concat(last)) watcher.Dispose();
        await Until.TrueAsync(() => metrics["agentstatus.watchers"] == 0);
    }

    [Fact]
    public async Task A_company_with_too_many_agents_is_watched_by_naming_some()
    {
        foreach (var portion in Enumerable.Range(1, ServerLimits.WatchedCompanyAgents + 1).Chunk(Limits.BatchEvents))
        {
            var batch = portion.Select(agentId => Requests.Event(V1.AgentStatus.Busy, agentId: agentId));
            await _server.Service.RecordStatusesAsync(new() { CompanyId = 1, Events = { batch } });
        }

        var refused = await RefusedAsync(1);
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("WatchedCompanyAgents is 10000", refused.Message);
        using var reader = WatchReader.Open(_server, 1, 17);
        await reader.UntilLiveAsync();
        Assert.Equal(V1.AgentStatus.Busy, reader[17].Status);
    }

    [Fact]
    public async Task Before_memory_is_warm_it_is_UNAVAILABLE()
    {
        _server.Part<TimelineIndex>().IsWarm = false;
        var refused = await RefusedAsync(1);
        Assert.Equal(StatusCode.Unavailable, refused.Code);
        _server.Part<TimelineIndex>().IsWarm = true;
        using var reader = WatchReader.Open(_server);
        await reader.UntilLiveAsync();
    }

    private async Task<Refused> RefusedAsync(long companyId, params long[] agentIds)
    {
        using var reader = WatchReader.Open(_server, companyId, agentIds);
        return await Refused.ByAsync(() => reader.Ended.WaitAsync(Until.Limit));
    }

    private static List<Watcher> Open(StatusWatch watch, IPAddress address, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => watch.TryOpen(1, [], address, () => { }, out var _)!)];
}
