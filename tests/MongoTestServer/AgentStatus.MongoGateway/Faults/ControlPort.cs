using System.Net;
using System.Net.Sockets;

namespace AgentStatus.MongoGateway.Faults;

/// <summary>The TCP port by which a test gives orders: lines in, one line out for each.</summary>
internal sealed class ControlPort(IPEndPoint address, ControlLanguage language)
{
    private readonly TcpListener _listener = new(address);

    /// <summary>Opens the port and returns where it is.</summary>
    public EndPoint Open()
    {
        _listener.Start();
        return _listener.LocalEndpoint;
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(cancel), cancel);
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancel)
    {
        try
        {
            using (client)
            {
                using var reader = new StreamReader(client.GetStream());
                await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true, NewLine = "\n" };
                while (await reader.ReadLineAsync(cancel) is { } line)
                    await writer.WriteLineAsync(language.Obey(line));
            }
        }
        catch (IOException)
        {
            // The test is gone.
        }
    }
}
