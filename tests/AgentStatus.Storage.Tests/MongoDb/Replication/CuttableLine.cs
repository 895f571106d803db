using System.Net;
using System.Net.Sockets;

namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>A line to the database that the test can cut and mend.</summary>
internal sealed class CuttableLine : IDisposable
{
    private readonly IPEndPoint _target;
    private readonly List<Socket> _sockets = [];
    private TcpListener _listener = new(IPAddress.Loopback, 0);

    public CuttableLine(string connectionString)
    {
        var target = new Uri(connectionString);
        _target = new(IPAddress.Parse(target.Host), target.Port);
        Accept();
    }

    public int Port { get; private set; }

    public void Cut()
    {
        _listener.Stop();
        lock (_sockets)
        {
            foreach (var socket in _sockets) socket.Dispose();
            _sockets.Clear();
        }
    }

    public void Mend()
    {
        _listener = new(IPAddress.Loopback, Port);
        Accept();
    }

    public void Dispose() => Cut();

    private void Accept()
    {
        var listener = _listener;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (_sockets) _sockets.AddRange([near, far]);
                await far.ConnectAsync(_target);
                _ = Forward(near, far);
                _ = Forward(far, near);
            }
        });
    }

    private static async Task Forward(Socket from, Socket to)
    {
        await using var source = new NetworkStream(from);
        await using var target = new NetworkStream(to);
        await source.CopyToAsync(target);
    }
}
