using System.Net;
using System.Net.Sockets;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>Ports for the processes that are compared.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that nobody listens on right now.</summary>
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
