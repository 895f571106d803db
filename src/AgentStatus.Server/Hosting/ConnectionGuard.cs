using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AgentStatus.Server.Hosting;

/// <summary>Stands before HTTP: closes connections beyond the limit at once, and those that do not send HTTP/2's
/// preface soon. The runtime ends the process where it needs a file descriptor and there is none. Kestrel's own limit
/// would log a line for each connection that it closes.</summary>
internal sealed class ConnectionGuard
{
    /// <summary>The bytes with which an HTTP/2 client begins: RFC 9113, section 3.4.</summary>
    private const int PrefaceBytes = 24;

    private readonly int _most;
    private readonly Instruments _instruments;
    private readonly ILogger<ConnectionGuard> _logger;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private int _open;
    private long _refused;
    private long? _saidAt;

    public ConnectionGuard(
        ServerOptions options, Instruments instruments, ILogger<ConnectionGuard> logger, TimeProvider clock)
    {
        (_most, _instruments, _logger, _clock) = (options.Connections, instruments, logger, clock);
        instruments.ObserveConnections(() => Volatile.Read(ref _open));
    }

    /// <summary>Kestrel's middleware for connections: ends when the connection does.</summary>
    public async Task PassAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > _most) Refuse();
            else if (await BeginsAsync(connection)) await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
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

    /// <summary>A line at most once in <see cref="ServerLimits.SaidAgainAfter"/>: however many are refused.</summary>
    private void Refuse()
    {
        _instruments.ConnectionRefused();
        lock (_gate)
        {
            _refused++;
            if (_saidAt is { } at && _clock.GetElapsedTime(at) < ServerLimits.SaidAgainAfter) return;
            _saidAt = _clock.GetTimestamp();
            Log.ConnectionsRefused(_logger, _refused, _most);
            _refused = 0;
        }
    }
}
