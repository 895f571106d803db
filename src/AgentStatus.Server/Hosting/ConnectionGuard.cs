using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AgentStatus.Server.Hosting;

/// <summary>Stands before TLS and HTTP: closes connections beyond the limit at once, and those that do not send
/// HTTP/2's preface, or as many bytes of TLS or HTTP/1.1, soon. The runtime ends the process where it needs a file
/// descriptor and there is none. Kestrel's own limit would log a line for each connection that it closes.</summary>
internal sealed class ConnectionGuard
{
    /// <summary>The bytes with which an HTTP/2 client begins: RFC 9113, section 3.4.</summary>
    private const int PrefaceBytes = 24;

    private readonly int _most;
    private readonly int _mostOfAddress;
    private readonly Instruments _instruments;
    private readonly ILogger<ConnectionGuard> _logger;
    private readonly Repeats _refusals;
    private readonly Lock _gate = new();
    private readonly MemoryShare _memory = new(ServerLimits.HeldBytes);

    /// <summary>Ends when the pool has come to all that was queued before it.</summary>
    private readonly ReadTurn _turn = new(static async () => await Task.Yield());

    private readonly Dictionary<IPAddress, Peer> _peers = [];
    private int _open;

    public ConnectionGuard(
        ServerOptions options, Instruments instruments, ILogger<ConnectionGuard> logger, TimeProvider clock)
    {
        (_most, _mostOfAddress) = (options.Connections, options.ConnectionsOfAddress);
        (_instruments, _logger, _refusals) = (instruments, logger, new Repeats(clock));
        instruments.ObserveConnections(() => Volatile.Read(ref _open), () => _memory.Held);
    }

    /// <summary>Kestrel's middleware for connections, the first one: ends when the connection does.</summary>
    /// <param name="connection">A new one.</param>
    /// <param name="next">Speaks TLS, or HTTP.</param>
    /// <param name="hasTls">Whether it is TLS. Then each handshake has a turn of its address, as what is read where
    /// work waits: the server signs in it, which takes a millisecond that requests under way would wait for.</param>
    public async Task PassAsync(ConnectionContext connection, ConnectionDelegate next, bool hasTls)
    {
        var address = AddressOf(connection.RemoteEndPoint);
        if (Enter(address) is not { } peer) return;
        var memory = new MemoryShare(ServerLimits.HeldBytesOfConnection, peer.Memory);
        connection.Features.Set(memory);
        connection.Features.Set(peer);
        try
        {
            if (!await BeginsAsync(connection)) return;
            if (hasTls)
            {
                if (!await PlainAnswer.IsTlsAsync(connection)) return;
                await peer.Turn.TakeAsync();
            }

            await next(connection);
        }
        catch (Exception failure) when (
            hasTls && connection.Features.Get<ServerCertificate>() is null
            && failure is NotSupportedException or IOException or OperationCanceledException)
        {
            // Bytes that look like a hello, and of which nothing can be read: SslStream asks for no certificate then,
            // and says that there is none. Or the client is gone before that.
        }
        finally
        {
            // No request is under way any more: one that broke may not have given back what it held.
            memory.Give(memory.Held);
            Leave(address, peer);
        }
    }

    /// <summary>Has what speaks HTTP/2 on a connection read it in turns where work waits. Not HTTP/1.1: it has one
    /// request at a time, and takes nothing of one whose headers are not complete. After TLS: it is requests that
    /// count, and records of TLS are taken as a whole.</summary>
    public static void Pace(ConnectionContext connection)
    {
        var (peer, memory) = (connection.Features.Get<Peer>()!, connection.Features.Get<MemoryShare>()!);
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        connection.Transport = new DuplexPipe(new PacedInput(input, peer.Turn, () => IsBehind(memory)), output);
    }

    private static bool IsBehind(MemoryShare memory) => ThreadPool.PendingWorkItemCount
        > (memory.IsNearlyFull ? ServerLimits.QueuedWorkBeforeFull : ServerLimits.QueuedWork);

    /// <summary>A client has one address of IPv4, and a network of 64 bits of IPv6.</summary>
    private static IPAddress AddressOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address }) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress([.. address.GetAddressBytes()[..8], .. new byte[8]])
            : address;
    }

    private Peer? Enter(IPAddress address)
    {
        lock (_gate)
        {
            ref var peer = ref CollectionsMarshal.GetValueRefOrAddDefault(_peers, address, out _);
            peer ??= new Peer(new(ServerLimits.HeldBytesOfAddress, _memory), new(_turn));
            if (_open < _most && peer.Connections < _mostOfAddress)
            {
                _open++;
                peer.Connections++;
                return peer;
            }

            if (peer.Connections == 0) _peers.Remove(address);
            SayRefused();
            return null;
        }
    }

    private void Leave(IPAddress address, Peer peer)
    {
        lock (_gate)
        {
            _open--;
            if (--peer.Connections == 0) _peers.Remove(address);
        }
    }

    /// <summary>Whether as many bytes as the preface has are there in time; what they are is Kestrel's to judge. Bytes
    /// that are followed by the connection's end are judged, too.</summary>
    private static async Task<bool> BeginsAsync(ConnectionContext connection)
    {
        var stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stop ?? default);
        limit.CancelAfter(ServerLimits.FirstBytes);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(limit.Token);
                var isEnough = read.Buffer.Length >= PrefaceBytes || read.IsCompleted;
                input.AdvanceTo(read.Buffer.Start, isEnough ? read.Buffer.Start : read.Buffer.End);
                if (isEnough) return read.Buffer.Length > 0;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private void SayRefused()
    {
        _instruments.ConnectionRefused();
        if (_refusals.Count() is { } count) Log.ConnectionsRefused(_logger, count, _most, _mostOfAddress);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>All connections of an address.</summary>
    private sealed class Peer(MemoryShare memory, ReadTurn turn)
    {
        public MemoryShare Memory { get; } = memory;

        public ReadTurn Turn { get; } = turn;

        public int Connections { get; set; }
    }
}
