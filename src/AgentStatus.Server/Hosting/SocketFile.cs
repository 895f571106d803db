using System.Net;
using System.Net.Sockets;
using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AgentStatus.Server.Hosting;

/// <summary>Makes the socket that is listened on. A socket file has its mode before anybody can connect to it, and
/// takes the place of one that a server left behind whose process was killed.</summary>
internal static class SocketFile
{
    public static void Use(SocketTransportOptions transport, UnixSocket? file) =>
        transport.CreateBoundListenSocket = endpoint => endpoint is UnixDomainSocketEndPoint && file is not null
            ? Bind(endpoint, file)
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

    /// <exception cref="IOException">The file cannot be made, is no socket, or somebody listens on it.</exception>
    private static Socket Bind(EndPoint endpoint, UnixSocket file)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(file.Path)))
                throw new IOException($"The directory of {file.Path} does not exist.");
            RemoveLeft(endpoint, file.Path);
            socket.Bind(endpoint);

            // Kestrel listens next: until then nobody can connect, whatever the mode.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.Path, file.Mode);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new IOException($"{failure.Message} ({file.Path})", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveLeft(EndPoint endpoint, string path)
    {
        if (!File.Exists(path)) return;
        if (CanBeRead(path)) throw new IOException($"{path} is there already, and is no socket.");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
        }
        catch (SocketException nobody) when (nobody.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"Another process listens on {path}.");
    }

    /// <summary>Sockets cannot be opened as files are.</summary>
    private static bool CanBeRead(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
