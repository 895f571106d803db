using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AgentStatus.MongoGateway;

/// <summary>The port where clients come, and their open connections. It can close and open again at the same address.
/// For any number of threads.</summary>
internal sealed class ClientListener(IPEndPoint address, Func<Socket, int, Task> serve)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<int, Socket> _open = new();
    private IPEndPoint _address = address;
    private Socket? _listening;
    private int _lastId;

    public int Connections => _open.Count;

    public bool Accepting
    {
        get
        {
            lock (_lock) return _listening is not null;
        }
    }

    /// <summary>Opens the port if it is closed, and returns where it is.</summary>
    public EndPoint Accept()
    {
        lock (_lock)
        {
            if (_listening is null)
            {
                _listening = new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                _listening.Bind(_address);
                _listening.Listen(512);
                _address = (IPEndPoint)_listening.LocalEndPoint!;
                _ = AcceptAsync(_listening);
            }
            return _address;
        }
    }

    /// <summary>Closes the port and ends all connections: new ones are refused, as when no server runs.</summary>
    public void Refuse()
    {
        lock (_lock)
        {
            _listening?.Dispose();
            _listening = null;
        }
        Cut();
    }

    /// <summary>Ends all connections at once, with a reset; returns how many there were.</summary>
    public int Cut()
    {
        var cut = 0;
        foreach (var (id, socket) in _open)
        {
            if (!_open.TryRemove(id, out _)) continue;
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
            cut++;
        }
        return cut;
    }

    private async Task AcceptAsync(Socket listening)
    {
        try
        {
            while (true) _ = ServeAsync(await listening.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The port was closed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var id = Interlocked.Increment(ref _lastId);
        _open[id] = socket;
        try
        {
            socket.NoDelay = true;
            await serve(socket, id);
        }
        finally
        {
            _open.TryRemove(id, out _);
            socket.Dispose();
        }
    }
}
