using System.Net;
using System.Net.Sockets;
using AgentStatus.Core;
using AgentStatus.Core.Hours;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Tests.Grpc;
using AgentStatus.Server.Tests.Recording;
using AgentStatus.Server.Tests.Running;
using AgentStatus.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Breakdowns;

/// <summary>Breakdowns that ask for much, and what everybody else notices of them.</summary>
public sealed class BreakdownLoadTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LongAgo = Now.AddDays(-100);

    /// <summary>Open every other minute.</summary>
    private static readonly string EveryOtherMinute = string.Join(", ", Enumerable.Range(0, 720).Select(slot =>
        $"[\"{slot / 30:00}:{2 * (slot % 30):00}\",\"{slot / 30:00}:{(2 * (slot % 30)) + 1:00}\"]"));

    [Fact]
    public async Task A_ring_of_long_ago_does_not_wait_behind_breakdowns_of_long_ago()
    {
        ControlledStore store = null!;
        await using var server = await TestServer.StartOverAsync(Now, real => store = new ControlledStore(real));
        for (var agentId = 1; agentId <= 9; agentId++) await RecordOfflineAsync(server, agentId, LongAgo);
        await server.RestartAsync();
        using var open = new ManualResetEventSlim();
        var waiting = 0;
        store.BeforeRead = agent =>
        {
            if (agent.AgentId == 1) return;
            Interlocked.Increment(ref waiting);
            open.Wait();
        };
        List<AsyncUnaryCall<GetBreakdownResponse>> breakdowns =
            [.. Enumerable.Range(2, 8).Select(agentId => server.Service.GetBreakdownAsync(OfLongAgo(agentId)))];
        await Until.TrueAsync(() => waiting >= 2);

        var answer = await server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = 1, AgentId = 1, RingAt = Timestamp.FromDateTimeOffset(LongAgo.AddDays(2)) },
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10));
        Assert.Equal(RingClassification.Offline, answer.Classification);
        open.Set();
        foreach (var breakdown in breakdowns) Assert.Single((await breakdown).Agents);
    }

    [Fact]
    public async Task A_breakdown_that_waits_for_the_store_is_not_taken_for_one_that_nobody_reads()
    {
        ControlledStore store = null!;
        await using var server = await TestServer.StartOverAsync(Now, real => store = new ControlledStore(real));
        await RecordOfflineAsync(server, 1, LongAgo);
        await server.RestartAsync();
        using var open = new ManualResetEventSlim();
        using var reads = new ManualResetEventSlim();
        store.BeforeRead = _ =>
        {
            reads.Set();
            open.Wait();
        };
        var breakdown = server.Service.GetBreakdownAsync(OfLongAgo(1));
        await Until.TrueAsync(() => reads.IsSet);
        server.Time.Advance(ServerLimits.AnswerWithin + ServerLimits.AnswerWithin);
        open.Set();
        Assert.Single((await breakdown).Agents);
    }

    [Fact]
    public async Task A_page_ends_after_so_many_reads_of_the_store()
    {
        const int agents = (int)(ServerLimits.BreakdownPageSteps / ServerLimits.StoreReadSteps) + 20;
        await using var server = await TestServer.StartAsync(Now);
        await Parallel.ForAsync(
            1, agents + 1, async (agentId, _) => await RecordOfflineAsync(server, agentId, LongAgo));
        await server.RestartAsync();
        var request = OfLongAgo(1);
        request.AgentIds.Clear();
        var first = await server.Service.GetBreakdownAsync(request);
        Assert.InRange(first.Agents.Count, agents / 2, agents - 1);
        request.PageToken = first.NextPageToken;
        var second = await server.Service.GetBreakdownAsync(request);
        Assert.Equal(agents, first.Agents.Count + second.Agents.Count);
    }

    [Fact]
    public async Task Breakdowns_that_wait_leave_when_their_deadline_passes()
    {
        await using var server = await TestServer.StartAsync(Now);
        using var metrics = MeterReadings.Of(server);
        using var socket = await UnreadAsync(server, IPAddress.Loopback);
        await socket.SendAsync(Requests(1, ServerLimits.BreakdownsOfPeer));
        await socket.SendAsync(Requests(
            1 + ServerLimits.BreakdownsOfPeer, ServerLimits.QueuedBreakdownsOfPeer + 1, ("grpc-timeout", "3S")));
        await Until.TrueAsync(() => metrics["agentstatus.breakdowns.refused"] == 1);

        // Those that were asked for hold their places: none is answered, but now one can wait again.
        await Until.TrueAsync(async () =>
        {
            var refused = await Refused.ByAsync(
                async () => await server.Service.GetBreakdownAsync(Window(), deadline: In(0.3)));
            return refused.Code == StatusCode.DeadlineExceeded;
        });
    }

    [Fact]
    public async Task One_address_leaves_places_for_others()
    {
        await using var server = await TestServer.StartAsync(Now);
        using var metrics = MeterReadings.Of(server);
        using var socket = await UnreadAsync(server, IPAddress.Parse("127.0.0.2"));
        await socket.SendAsync(Requests(1, ServerLimits.StreamsPerConnection));
        await Until.TrueAsync(() => metrics["agentstatus.breakdowns.refused"]
            == ServerLimits.StreamsPerConnection - ServerLimits.BreakdownsOfPeer - ServerLimits.QueuedBreakdownsOfPeer);
        var answer = await server.Service.GetBreakdownAsync(Window(), deadline: In(20));
        Assert.NotEmpty(answer.Agents);
    }

    [Fact, Slow]
    public async Task From_the_first_year_to_now_goes_page_by_page_and_nothing_is_lost()
    {
        const int agents = 16;
        const string day = """[["09:00","12:00"],["13:00","17:00"]]""";
        const string week =
            $$"""{"monday": {{day}}, "tuesday": {{day}}, "thursday": {{day}}, "friday": [["22:00","06:00"]]}""";
        var entries = Enumerable.Range(1, agents).Select(id => $$"""  "{{id}}": {"weekly": {{week}} }""");
        var own = string.Join(", ", entries);
        await using var server = await TestServer.StartWithHoursAsync(
            Now, $$"""{"1": {"time_zone": "Europe/Prague", "agents": { {{own}} } } }""");
        var first = new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var agentId = 1; agentId <= agents; agentId++) await RecordOfflineAsync(server, agentId, first);

        var request = Window();
        request.StartTime = Timestamp.FromDateTimeOffset(first);
        while (request.AgentIds.Count > agents) request.AgentIds.RemoveAt(agents);
        var found = new List<AgentBreakdown>();
        var pages = 0;
        do
        {
            var page = await server.Service.GetBreakdownAsync(request);
            found.AddRange(page.Agents);
            (request.PageToken, pages) = (page.NextPageToken, pages + 1);
        }
        while (request.PageToken.Length > 0);

        Assert.InRange(pages, 2, agents);
        Assert.Equal(request.AgentIds, found.Select(agent => agent.AgentId));
        foreach (var bucket in found.Select(agent => Assert.Single(agent.Buckets)))
            Assert.Equal(
                Now - first, Assert.Single(bucket.Durations).Duration.ToTimeSpan() + bucket.OutsideHours.ToTimeSpan());

        // What is stored of such a period has an end, too.
        await Until.TrueAsync(() => server.Store.OfflinePeriods.Read(new(1, agents), Limits.FirstInstantMs)
            is [{ BusinessPeriods.Count: Limits.BusinessPeriods }]);
    }

    [Fact]
    public async Task Hours_that_are_too_many_for_any_page_are_refused_and_name_the_limit()
    {
        await using var server = await StartWithEveryOtherMinuteAsync();
        var first = new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await RecordOfflineAsync(server, 1, first);
        var request = Window();
        request.StartTime = Timestamp.FromDateTimeOffset(first);
        var refused = await Refused.ByAsync(async () => await server.Service.GetBreakdownAsync(request));
        refused.AssertInvalid("start_time");
        Assert.Contains("BreakdownPageSteps", refused.Message, StringComparison.Ordinal);

        request.HoursClip = HoursClip.None;
        Assert.Equal(request.AgentIds.Count, (await server.Service.GetBreakdownAsync(request)).Agents.Count);
    }

    [Fact]
    public async Task Work_ends_in_the_midst_of_an_agent_when_nobody_waits_for_it()
    {
        Assert.True(BusinessHours.TryParse(1, Weekly(EveryOtherMinute), out var hours, out _));
        var (fromMs, toMs) = (Now.AddYears(-37).ToUnixTimeMilliseconds(), Now.ToUnixTimeMilliseconds());
        var query = new BreakdownQuery(
            1, [1], fromMs, toMs, toMs, toMs, null, Core.Breakdowns.Granularity.Total, NodaTime.IsoDayOfWeek.Monday,
            Core.Breakdowns.HoursClip.AllStatuses, Core.Hours.HoursBasis.AsNow, null, WithSegments: false, PageSize: 1,
            Position: 0);
        var timelines = new TimelineIndex(CallLimits.Default);
        timelines.Publish(new(1, 1), default(Timeline).With(new(fromMs, Core.Status.Offline, Origin.Agent)));
        using var threads = new LowPriorityThreads();
        using var ended = new CancellationTokenSource();
        var page = BreakdownPage.Begin(query, new([new(1, 0, hours)]), (long[])[1], new CompanyLabels())!;

        // Nearly ten million intervals take longer than that.
        ended.CancelAfter(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => page.FillAsync(timelines, new(null!, new(), CallLimits.Default, new()), threads, ended.Token));
    }

    private static Task<TestServer> StartWithEveryOtherMinuteAsync() =>
        TestServer.StartWithHoursAsync(Now, $$"""{"1": {{Weekly(EveryOtherMinute)}} }""");

    private static string Weekly(string day)
    {
        string[] days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        return $$"""{"weekly": { {{string.Join(", ", days.Select(name => $"\"{name}\": [{day}]"))}} } }""";
    }

    private static async Task RecordOfflineAsync(TestServer server, long agentId, DateTimeOffset at) =>
        await server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = agentId,
            Status = V1.AgentStatus.Offline,
            Origin = StatusOrigin.Agent,
            OccurredAt = Timestamp.FromDateTimeOffset(at),
        });

    private static DateTime In(double seconds) => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds);

    /// <summary>A connection whose answers have no window: they stay with the server.</summary>
    private static async Task<Socket> UnreadAsync(TestServer server, IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        await socket.SendAsync((byte[])[.. preface, .. RawHttp2.Frame(4, 0, 0, [0, 4, 0, 0, 0, 0])]);
        return socket;
    }

    /// <summary>Each asks for 2 MB.</summary>
    private static byte[] Requests(int first, int count, params ReadOnlySpan<(string, string)> headers)
    {
        var window = Window();
        window.Granularity = Granularity.Hour;
        var message = window.ToByteArray();
        byte[] body = [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];
        var block = RawHttp2.Headers("GetBreakdown", headers);
        return
        [
            .. Enumerable.Range(first, count).SelectMany(stream => (byte[])
            [
                .. RawHttp2.Frame(1, 4, (2 * stream) - 1, block), .. RawHttp2.Frame(0, 1, (2 * stream) - 1, body),
            ]),
        ];
    }

    private static GetBreakdownRequest OfLongAgo(long agentId) => new()
    {
        CompanyId = 1,
        AgentIds = { agentId },
        StartTime = Timestamp.FromDateTimeOffset(LongAgo.AddDays(1)),
        EndTime = Timestamp.FromDateTimeOffset(LongAgo.AddDays(3)),
        HoursClip = HoursClip.None,
    };

    private static GetBreakdownRequest Window() => new()
    {
        CompanyId = 1,
        AgentIds = { Enumerable.Range(1, 25).Select(id => (long)id) },
        StartTime = Timestamp.FromDateTimeOffset(Now.AddDays(-90)),
        EndTime = Timestamp.FromDateTimeOffset(Now),
        HoursClip = HoursClip.AllStatuses,
    };
}
