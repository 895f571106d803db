using System.Net;
using System.Net.Sockets;

namespace AgentStatus.TestKit;

/// <summary>Ports for processes that this one starts.</summary>
public static class LoopbackPort
{
    /// <summary>A port that nobody listens on right now.</summary>
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
