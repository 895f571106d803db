using System.Net.Sockets;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Watching;

/// <summary>Readers of all speeds, while events arrive: what they are told gets no older, and known_through promises no
/// more than was told.</summary>
public sealed class SlowWatcherTests() : ServerTests(Now)
{
    private const int Agents = 6;
    private const int Events = 150;
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] ResetToBeCalm = [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0xB];

    [Fact]
    public async Task No_reader_is_told_an_older_status_after_a_newer_one_nor_known_through_too_early()
    {
        using var end = new CancellationTokenSource(3 * Until.Limit);
        var acknowledged = new Acknowledged();
        var writing = Task.WhenAll(Enumerable.Range(1, Agents).Select(agentId => WriteAsync(agentId, acknowledged)));
        var time = Task.Run(() => PassTimeAsync(end.Token), CancellationToken.None);
        var readers = Enumerable.Range(0, 6).Select(reader => Task.Run(
            () => ReadAsync(acknowledged, pauses: reader % 3, reader % 2 == 0 ? [] : [2, 3, 9], end.Token),
            CancellationToken.None)).ToList();
        await writing;
        foreach (var reader in readers) await reader;
        await end.CancelAsync();
        await time;
    }

    [Fact]
    public async Task A_reader_that_was_behind_is_told_of_each_agent_once()
    {
        using var reader = new DirectReader(Server, 1);
        using var fast = WatchReader.Open(Server);
        await Until.TrueAsync(() => reader.Read() is not null);
        for (var i = 0; i < 20; i++)
        {
            foreach (var agentId in new[] { 1, 2 })
                await Server.Service.RecordAsync(
                    i % 2 == 0 ? V1.AgentStatus.Busy : V1.AgentStatus.Away, Times.At(Now.AddSeconds(i)),
                    agentId: agentId);
            Server.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // Nothing is awaited meanwhile: the rounds are merged.
        await fast.UntilLiveAsync();
        var message = reader.Read()!;
        Assert.Equal([1, 2], message.Agents.Select(agent => agent.AgentId).Order());
        Assert.All(message.Agents, agent =>
        {
            Assert.Equal(V1.AgentStatus.Away, agent.Status);
            Assert.Equal(Times.At(Now.AddSeconds(19)), agent.Since);
        });
        await Until.TrueAsync(() => reader.Read() is null);
    }

    [Fact]
    public async Task A_company_comes_in_portions_and_known_through_with_the_last_one()
    {
        const int All = (2 * ServerLimits.WatchPortionAgents) + 5;
        await RecordAllAsync(All);
        using var reader = WatchReader.Open(Server);
        await reader.UntilLiveAsync();
        var sizes = reader.Messages.TakeWhile(message => message.Agents.Count > 0).Select(message =>
            (message.Agents.Count, message.KnownThrough is not null));
        Assert.Equal(
            [(ServerLimits.WatchPortionAgents, false), (ServerLimits.WatchPortionAgents, false), (5, true)], sizes);
        Assert.Equal(All, reader.Agents.Count);
    }

    /// <remarks>Kestrel closes a connection that takes nothing for 5 s, by the machine's clock: on a busy machine that may
    /// come first.</remarks>
    [Fact]
    public async Task A_reader_that_takes_nothing_for_long_is_ended_with_RESOURCE_EXHAUSTED()
    {
        for (var tries = 1; ; tries++)
        {
            var startedAt = Stopwatch.GetTimestamp();
            try
            {
                await EndReaderAsync();
                return;
            }
            catch (SocketException) when (tries < 3 && Stopwatch.GetElapsedTime(startedAt) > ServerLimits.DataGrace)
            {
            }
        }
    }

    /// <summary>As a client of ours sees it that holds a stream and forgot it.</summary>
    [Fact]
    public async Task A_client_that_reads_too_late_finds_RESOURCE_EXHAUSTED_at_the_end()
    {
        using var metrics = MeterReadings.Of(Server);
        await RecordAllAsync(Limits.BatchEvents);
        using var patient = WatchReader.Open(Server);
        using var forgotten = Server.Service.WatchStatuses(new() { CompanyId = 1 });
        await Until.TrueAsync(() => metrics["agentstatus.watchers"] == 2);

        // More than a client takes by itself, 64 KB.
        for (var i = 0; i < 4; i++)
        {
            await RecordAllAsync(Limits.BatchEvents, i % 2 == 0 ? V1.AgentStatus.Away : V1.AgentStatus.Online);
            await patient.UntilLiveAsync();
        }

        await Until.TrueAsync(() =>
        {
            Server.Time.Advance(TimeSpan.FromSeconds(1));
            return metrics["agentstatus.watchers.refused"] == 1;
        });
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await forgotten.ResponseStream.MoveNext(CancellationToken.None)) { }
        });
        Assert.Equal(StatusCode.ResourceExhausted, ended.StatusCode);
        await patient.UntilLiveAsync();
    }

    /// <exception cref="SocketException">The connection was ended, not the stream.</exception>
    private async Task EndReaderAsync()
    {
        using var metrics = MeterReadings.Of(Server);
        await Until.TrueAsync(() => metrics["agentstatus.watchers"] == 0);
        await RecordAllAsync(Limits.BatchEvents);
        byte[] asked =
        [
            .. RawHttp2.PrefaceWithoutWindow,
            .. RawHttp2.Requests(1, "WatchStatuses", new WatchStatusesRequest { CompanyId = 1 }),
        ];
        using var socket = await RawHttp2.ConnectAsync(Server.Port, IPAddress.Loopback, asked);
        using var patient = WatchReader.Open(Server);
        await patient.UntilLiveAsync();
        await Until.TrueAsync(() => metrics["agentstatus.watchers"] == 2);
        var (received, bytes) = (new List<byte>(), new byte[4_096]);
        Server.Time.Advance(ServerLimits.WatchUnread - TimeSpan.FromSeconds(1));
        await patient.UntilLiveAsync();
        Assert.Equal(0, metrics["agentstatus.watchers.refused"]);
        Server.Time.Advance(TimeSpan.FromSeconds(1));
        while (received.ToArray().AsSpan().IndexOf(ResetToBeCalm) < 0)
        {
            var read = await socket.ReceiveAsync(bytes).WaitAsync(Until.Limit);
            if (read == 0) throw new SocketException((int)SocketError.ConnectionReset);
            received.AddRange(bytes.AsSpan(0, read));
        }

        Assert.Equal(1, metrics["agentstatus.watchers.refused"]);
        await Until.TrueAsync(() => metrics["agentstatus.watchers"] == 1);
        await patient.UntilLiveAsync();
    }

    private async Task RecordAllAsync(int agents, V1.AgentStatus status = V1.AgentStatus.Busy)
    {
        foreach (var portion in Enumerable.Range(1, agents).Chunk(Limits.BatchEvents))
        {
            var batch = portion.Select(agentId => Requests.Event(status, agentId: agentId));
            await Server.Service.RecordStatusesAsync(new() { CompanyId = 1, Events = { batch } });
        }
    }

    private async Task WriteAsync(int agentId, Acknowledged acknowledged)
    {
        for (var i = 1; i <= Events; i++)
        {
            var atMs = Server.NowMs - (Events + 10) + i;
            await Server.Service.RecordAsync(
                i % 2 == 0 ? V1.AgentStatus.Busy : V1.AgentStatus.Away, Times.At(atMs), agentId: agentId);
            acknowledged.Add(agentId, atMs, Server.NowMs, isLast: i == Events);
        }
    }

    private async Task PassTimeAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            Server.Time.Advance(TimeSpan.FromMilliseconds(7));
            await Task.Yield();
        }
    }

    private async Task ReadAsync(Acknowledged acknowledged, int pauses, long[] named, CancellationToken end)
    {
        using var reader = new DirectReader(Server, 1, named);
        var since = new Dictionary<long, long>();
        for (var reads = 0; !acknowledged.IsToldWhole(since, named); reads++)
        {
            end.ThrowIfCancellationRequested();
            for (var i = 0; i < 100 * pauses; i++) await Task.Yield();
            if (reader.Read() is not { } message) continue;
            foreach (var agent in message.Agents.Where(agent => agent.Since is not null))
            {
                var sinceMs = Times.Ms(agent.Since);
                Assert.True(sinceMs >= since.GetValueOrDefault(agent.AgentId), $"{agent} came after a newer one");
                since[agent.AgentId] = sinceMs;
            }

            if (message.KnownThrough is { } knownThrough)
                acknowledged.CheckKnown(since, named, Times.Ms(knownThrough));
        }
    }

    /// <summary>What the writers were told, and when by the server's clock.</summary>
    private sealed class Acknowledged
    {
        private readonly Lock _gate = new();
        private readonly List<(long AgentId, long SinceMs, long AtMs)> _all = [];
        private int _done;

        public void Add(long agentId, long sinceMs, long atMs, bool isLast)
        {
            lock (_gate)
            {
                _all.Add((agentId, sinceMs, atMs));
                _done += isLast ? 1 : 0;
            }
        }

        public bool IsToldWhole(Dictionary<long, long> since, long[] named)
        {
            lock (_gate) return _done == Agents && Missing(since, named, long.MaxValue).Count == 0;
        }

        public void CheckKnown(Dictionary<long, long> since, long[] named, long knownMs)
        {
            lock (_gate) Assert.Empty(Missing(since, named, knownMs));
        }

        private List<(long AgentId, long SinceMs, long AtMs)> Missing(
            Dictionary<long, long> since, long[] named, long beforeMs) => _all.FindAll(
                one => one.AtMs < beforeMs && since.GetValueOrDefault(one.AgentId) < one.SinceMs
                    && (named.Length == 0 || named.Contains(one.AgentId)));
    }
}
