using System.Net.Sockets;
using AgentStatus.Server.Recording;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>One caller takes neither all of the queue, nor brings new agents and companies without end.</summary>
public sealed class CallersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_caller_that_has_all_writes_under_way_is_refused_at_once_and_another_one_gets_in()
    {
        await using var server = await TestServer.StartAsync(Now);
        await RecordAsync(server.Service, 1, 1);
        var callers = server.Part<Callers>();
        var queued = Enumerable.Range(0, server.Part<WriteAdmission>().Most)
            .Select(_ => callers.Begin(IPAddress.Loopback, new(1, 1), out var _)!).ToList();

        var refused = await Refused.ByAsync(() => RecordAsync(server.Service, 1, 1));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("WriteWait; 16384 may be, 16384 of this address", refused.Message);
        Assert.Equal(100, refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan().TotalMilliseconds);

        var address = $"http://127.0.0.1:{server.Port}";
        using var other = GrpcChannel.ForAddress(address, new() { HttpHandler = From("127.0.0.2") });
        await RecordAsync(new(other), 1, 1);
        queued[0].End();
        await RecordAsync(server.Service, 1, 1);
    }

    [Theory]
    [InlineData("Agents")]
    [InlineData("Companies")]
    public async Task A_caller_that_invents_some_is_told_when_to_come_again_and_known_ones_go_on(string what)
    {
        await using var server = await TestServer.StartAsync(Now, $"--Limits:New{what}PerSecond", "2");
        var (company, agent) = what == "Agents" ? (0, 1) : (1, 0);

        // Many events of the same ones at once are no more of them.
        await Task.WhenAll(Enumerable.Range(0, 20 * 2 * ServerLimits.NewAtOnceSeconds).Select(i =>
            RecordAsync(server.Service, 1 + (company * (1 + (i / 20))), 1 + (agent * (1 + (i / 20))))));

        var refused = await Refused.ByAsync(() => RecordAsync(server.Service, 1 + (company * 99), 1 + (agent * 99)));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains($"new {what.ToLowerInvariant()} (Limits:New{what}PerSecond is 2)", refused.Message);
        var after = refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan();
        Assert.Equal(TimeSpan.FromMilliseconds(500), after);

        await RecordAsync(server.Service, 1 + company, 1 + agent);
        server.Time.Advance(after);
        await RecordAsync(server.Service, 1 + (company * 99), 1 + (agent * 99));
        await Refused.ByAsync(() => RecordAsync(server.Service, 1 + (company * 98), 1 + (agent * 98)));
    }

    [Fact]
    public async Task Addresses_without_end_share_what_one_may_do_and_take_no_memory()
    {
        await using var server = await TestServer.StartAsync(Now);
        await RecordAsync(server.Service, 1, 1);
        var callers = server.Part<Callers>();
        Caller[] busy =
            [.. Enumerable.Range(0, ServerLimits.KnownCallers - 1).Select(i => Begin($"2001:db8::{i:x}"))];
        Assert.Equal(busy.Length, busy.Distinct().Count());
        Assert.Same(Begin("2001:db9::1"), Begin("2001:db9::2"));

        // Who is done makes room.
        busy[0].End();
        busy[1].End();
        Assert.NotSame(Begin("2001:db9::3"), Begin("2001:db9::2"));

        Caller Begin(string address) => callers.Begin(IPAddress.Parse(address), new(1, 1), out _)!;
    }

    private static Task RecordAsync(AgentStatusService.AgentStatusServiceClient service, long company, long agent) =>
        service.RecordStatusAsync(new()
        {
            CompanyId = company,
            AgentId = agent,
            Status = V1.AgentStatus.Online,
            Origin = StatusOrigin.Agent,
        }).ResponseAsync;

    private static SocketsHttpHandler From(string address) => new()
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address).MapToIPv6(), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
