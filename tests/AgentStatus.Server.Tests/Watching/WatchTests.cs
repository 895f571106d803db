using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace AgentStatus.Server.Tests.Watching;

public sealed class WatchTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_watcher_is_told_what_each_agent_is_first_and_then_each_change()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-1)));
        await Server.Service.RecordStatusAsync(Lunch(agentId: 2, Now.AddMinutes(-30)));
        await Server.Service.RecordAsync(V1.AgentStatus.Busy, agentId: 3, companyId: 2);
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        Assert.Equal([1, 2], reader.Agents.Keys.Order());
        Assert.Equal(Told(1, V1.AgentStatus.Online, Now.AddHours(-1)), reader[1]);
        Assert.Equal(Told(2, V1.AgentStatus.Away, Now.AddMinutes(-30), "Lunch"), reader[2]);

        var changedAt = Server.Time.GetUtcNow();
        await Server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(changedAt));
        await Server.Service.RecordAsync(V1.AgentStatus.Busy, Times.At(changedAt), agentId: 4);
        await reader.UntilLiveAsync();
        Assert.Equal([1, 2, 4], reader.Agents.Keys.Order());
        Assert.Equal(Told(1, V1.AgentStatus.Offline, changedAt), reader[1]);
        Assert.Equal(Told(4, V1.AgentStatus.Busy, changedAt), reader[4]);
    }

    [Fact]
    public async Task Named_agents_alone_are_told_also_those_of_whom_nothing_is_known()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now), agentId: 1);
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now), agentId: 2);
        using var reader = WatchReader.Open(Server, 1, 2, 7, 2);
        await reader.UntilLiveAsync();
        Assert.Equal([2, 7], reader.Agents.Keys.Order());
        Assert.Equal(new WatchedAgent { AgentId = 7 }, reader[7]);

        await Server.Service.RecordAsync(V1.AgentStatus.Away, agentId: 1);
        await Server.Service.RecordAsync(V1.AgentStatus.Busy, agentId: 7);
        await reader.UntilLiveAsync();
        Assert.Equal([2, 7], reader.Agents.Keys.Order());
        Assert.Equal(V1.AgentStatus.Busy, reader[7].Status);
    }

    [Fact]
    public async Task Who_left_before_is_not_listed_and_who_leaves_meanwhile_is_told_to_be_unknown()
    {
        foreach (var agentId in new[] { 1, 2 })
            await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-2)), agentId: agentId);
        await Server.Service.RecordAsync(
            V1.AgentStatus.Left, Times.At(Now.AddHours(-1)), origin: StatusOrigin.Supervisor, agentId: 1);
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        Assert.Equal([2], reader.Agents.Keys);

        var left = Server.Time.GetUtcNow();
        await Server.Service.RecordAsync(
            V1.AgentStatus.Left, Times.At(left), origin: StatusOrigin.Supervisor, agentId: 2);
        await reader.UntilLiveAsync();
        Assert.Equal(new WatchedAgent { AgentId = 2, ChangedFrom = Times.At(left) }, reader[2]);
    }

    [Fact]
    public async Task Known_through_comes_within_each_second_though_nothing_changes()
    {
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        for (var i = 0; i < 5; i++)
        {
            var (told, knownMs) = (reader.Messages.Count, Server.NowMs);
            Server.Time.Advance(TimeSpan.FromSeconds(1));
            await Until.TrueAsync(() => reader.Messages.Count > told && reader.KnownThroughMs > knownMs);
        }

        Assert.All(reader.Messages, message => Assert.Empty(message.Agents));
    }

    [Fact]
    public async Task A_call_that_runs_out_is_told_when_it_does()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-1)));
        await Server.Service.RecordAsync(V1.AgentStatus.WrapUp, Times.At(Now), origin: StatusOrigin.Call);
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        Assert.Equal(Told(1, V1.AgentStatus.WrapUp, Now, origin: StatusOrigin.Call), reader[1]);
        Server.Pass(Now.AddMilliseconds(Limits.WrapUpMs - 1) - Server.Time.GetUtcNow());
        await reader.UntilLiveAsync();
        Assert.Equal(Told(1, V1.AgentStatus.Online, Now.AddMilliseconds(Limits.WrapUpMs)), reader[1]);
    }

    [Fact]
    public async Task An_event_of_the_future_is_told_when_its_time_comes()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-1)));
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        var ahead = Server.Time.GetUtcNow().AddSeconds(4);
        await Server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(ahead));
        await reader.UntilLiveAsync();
        Assert.Equal(V1.AgentStatus.Online, reader[1].Status);
        await reader.UntilAsync(() => reader.KnownThroughMs >= Times.Ms(Times.At(ahead)));
        Assert.Equal(Told(1, V1.AgentStatus.Offline, ahead), reader[1]);
    }

    [Fact]
    public async Task A_late_event_and_a_retraction_say_from_when_on_the_past_changed()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-3)));
        await Server.Service.RecordAsync(V1.AgentStatus.Busy, Times.At(Now.AddHours(-1)), "busy");
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        Assert.Null(reader[1].ChangedFrom);

        await Server.Service.RecordAsync(V1.AgentStatus.Away, Times.At(Now.AddHours(-2)));
        await reader.UntilLiveAsync();
        var changed = Told(1, V1.AgentStatus.Busy, Now.AddHours(-1));
        changed.ChangedFrom = Times.At(Now.AddHours(-2));
        Assert.Equal(changed, reader[1]);

        await Server.Service.RetractStatusAsync(new() { CompanyId = 1, EventId = "busy" });
        await reader.UntilLiveAsync();
        changed = Told(1, V1.AgentStatus.Away, Now.AddHours(-2));
        changed.ChangedFrom = Times.At(Now.AddHours(-1));
        Assert.Equal(changed, reader[1]);

        // What decides nothing, now or then, is nobody's business.
        var told = reader.Messages.Sum(message => message.Agents.Count);
        await Server.Service.RecordAsync(V1.AgentStatus.Idle, Times.At(Now.AddHours(-1)), origin: StatusOrigin.App);
        await reader.UntilLiveAsync();
        Assert.Equal(told, reader.Messages.Sum(message => message.Agents.Count));
    }

    [Fact]
    public async Task AServer_that_stops_ends_the_stream_with_UNAVAILABLE()
    {
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        Server.Part<IHostApplicationLifetime>().StopApplication();
        var ended = await Refused.ByAsync(() => reader.Ended);
        Assert.Equal((StatusCode.Unavailable, "the server is stopping"), (ended.Code, ended.Message));
    }

    private static RecordStatusRequest Lunch(long agentId, DateTimeOffset at)
    {
        var request = Requests.Event(V1.AgentStatus.Away, Times.At(at), agentId: agentId);
        request.Label = "Lunch";
        return request;
    }

    private static WatchedAgent Told(
        long agentId, V1.AgentStatus status, DateTimeOffset since, string label = "",
        StatusOrigin origin = StatusOrigin.Agent) => new()
        {
            AgentId = agentId,
            Status = status,
            Label = label,
            Since = Times.At(since),
            Origin = origin,
        };
}
