using System.Net.Sockets;
using System.Text;

namespace AgentStatus.Server.Tests.Http;

/// <summary>Clients that ask for much and read nothing, or send half: as over gRPC they take few places, and lose
/// them.</summary>
public sealed class HeldTests : HttpTests
{
    private const int Taken = (ServerLimits.JsonBreakdowns / 2) + ServerLimits.QueuedBreakdownsOfPeer;

    private const int BatchBytes = ServerLimits.JsonHeldTimes * ServerLimits.BatchHeldBytes;

    /// <summary>50 agents, 90 days, by the hour: 3 MB as bytes.</summary>
    private static readonly string Large =
        "/v1/companies/1/breakdown?start_time=2025-12-02T12:00:00Z&end_time=2026-03-02T12:00:00Z"
        + "&granularity=GRANULARITY_HOUR&hours_clip=HOURS_CLIP_NONE"
        + string.Concat(Enumerable.Range(1, 50).Select(agent => $"&agent_ids={agent}"));

    [Fact]
    public async Task Breakdowns_that_nobody_reads_take_few_places_and_leave_them_with_their_connections()
    {
        using var metrics = MeterReadings.Of(Server);
        var sockets = new List<Socket>();
        for (var i = 0; i < Taken; i++)
        {
            sockets.Add(await SendAsync($"GET {Large} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            await Until.TrueAsync(() =>
                metrics["agentstatus.requests.memory"] == sockets.Count * ServerLimits.JsonSmallHeldBytes);
        }

        var refused = await JsonAsync(Client.GetAsync(Large), HttpStatusCode.TooManyRequests);
        Assert.Contains("QueuedBreakdowns", refused.GetProperty("message").GetString());

        // Others of the address find places over gRPC, and what is small passes here too.
        await Server.Service.GetBreakdownAsync(new()
        {
            CompanyId = 1,
            StartTime = Times.At(Now.AddDays(-1)),
            EndTime = Times.At(Now),
            HoursClip = HoursClip.None,
        });
        await JsonAsync(PostAsync("/v1/companies/1/agents/7:classify", "{}"));

        sockets.ForEach(socket => socket.Dispose());
        await Until.TrueAsync(async () =>
        {
            using var answer = await Client.GetAsync(Large);
            return answer.IsSuccessStatusCode;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_not_read_in_time_is_ended(bool isBreakdown)
    {
        if (!isBreakdown) await FillAsync();
        using var metrics = MeterReadings.Of(Server);
        var before = metrics["agentstatus.connections"];

        // The kernel takes some MB for a connection: several answers, one after the other.
        var path = isBreakdown ? Large : "/v1/companies/1/agents/1/events";
        using var socket = await SendAsync(string.Concat(
            Enumerable.Repeat($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n", 20)));
        Assert.True(await socket.ReceiveAsync(new byte[1]) > 0);
        Assert.Equal(before + 1, metrics["agentstatus.connections"]);
        await Until.TrueAsync(() =>
        {
            Server.Time.Advance(TimeSpan.FromSeconds(1));
            return metrics["agentstatus.connections"] == before;
        });
        Assert.True(Server.Time.GetUtcNow() - Now >= ServerLimits.AnswerWithin);
    }

    /// <summary>A page of events of more than a megabyte.</summary>
    private async Task FillAsync()
    {
        var events = Enumerable.Range(0, ServerLimits.EventsOfPage).Select(i => new RecordStatusRequest
        {
            AgentId = 1,
            Status = V1.AgentStatus.Away,
            Origin = StatusOrigin.Agent,
            Actor = new string('\u0915', 128),
            EventId = $"{i}".PadLeft(128, '-'),
            DeviceId = $"{i}".PadLeft(64, '-'),
        }).ToList();
        foreach (var part in events.Chunk(500))
            await Server.Service.RecordStatusesAsync(new() { CompanyId = 1, Events = { part } });
    }

    [Fact]
    public async Task Bodies_that_do_not_come_hold_what_they_may_have()
    {
        using var metrics = MeterReadings.Of(Server);
        var sockets = new List<Socket>();
        for (var held = BatchBytes; held <= ServerLimits.HeldBytesOfAddress; held += BatchBytes)
        {
            sockets.Add(await SendAsync(
                "POST /v1/companies/1/events:batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1000\r\n\r\n{"));
            await Until.TrueAsync(() => metrics["agentstatus.requests.memory"] == held);
        }

        var refused = await JsonAsync(
            PostAsync("/v1/companies/1/events:batch", "{}"), HttpStatusCode.TooManyRequests);
        Assert.Contains("HeldBytes", refused.GetProperty("message").GetString());
        await JsonAsync(PostAsync("/v1/companies/1/agents/7:classify", "{}"));
        sockets.ForEach(socket => socket.Dispose());
        await Until.TrueAsync(async () =>
        {
            using var answer = await PostAsync("/v1/companies/1/events:batch", "{}");
            return answer.IsSuccessStatusCode;
        });
    }

    private async Task<Socket> SendAsync(string request)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 4_096,
        };
        await socket.ConnectAsync(IPAddress.Loopback, Server.Http.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }
}
