using System.Net.Sockets;
using AgentStatus.MongoGateway.Commands;
using AgentStatus.MongoGateway.Faults;

namespace AgentStatus.MongoGateway;

/// <summary>Serves connections: one command after the other, each past the faults that the tests ordered.</summary>
internal sealed class ClientSession(CommandTable commands, FaultPlan faults, TimeProvider time)
{
    // Codes after which a driver tries a write again, given the label.
    private static readonly HashSet<int> RetriedCodes =
        [6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

    /// <summary>Serves one connection until it ends, whoever ends it.</summary>
    public async Task ServeAsync(Socket socket, int id)
    {
        var client = new Client(id, $"{socket.LocalEndPoint}", $"{socket.RemoteEndPoint}");
        await using var stream = new NetworkStream(socket);
        var reader = new MessageReader(stream);
        try
        {
            while (await reader.ReadAsync(CancellationToken.None) is { } request)
            {
                await faults.WhileFrozenAsync(CancellationToken.None);
                if (!await AnswerAsync(request, client, stream)) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client is gone, or the connection was cut.
        }
        catch (Exception e) when (e is WireException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            await Console.Error.WriteLineAsync($"A malformed message from {client.Peer}: {e.Message}");
        }
        catch (DatabaseLostException e)
        {
            await Console.Error.WriteLineAsync($"PostgreSQL does not answer: {e.Message}");
        }
    }

    /// <summary>False when the connection is to end.</summary>
    private async Task<bool> AnswerAsync(Request request, Client client, Stream stream)
    {
        if (faults.Take(FaultKind.Delay, request.Command) is { } delay)
            await Task.Delay(TimeSpan.FromMilliseconds(delay.Amount), time);
        if (faults.Take(FaultKind.LoseRequest, request.Command) is not null) return false;

        var answer = faults.Take(FaultKind.Fail, request.Command) is { } failure
            ? EngineErrors.Answer(failure.Amount, "ordered by a test", RetriedCodes.Contains(failure.Amount))
            : await RunAsync(request, client);

        if (faults.Take(FaultKind.DelayAnswer, request.Command) is { } answerDelay)
            await Task.Delay(TimeSpan.FromMilliseconds(answerDelay.Amount), time);
        if (faults.Take(FaultKind.LoseAnswer, request.Command) is not null) return false;
        await faults.WhileFrozenAsync(CancellationToken.None);
        if (faults.Take(FaultKind.SwallowAnswer, request.Command) is null && !request.Unacknowledged)
            await stream.WriteAsync(AnswerWriter.Frame(request, answer));
        return true;
    }

    private async Task<byte[]> RunAsync(Request request, Client client)
    {
        faults.Count(request.Command);
        try
        {
            return await commands.RunAsync(request, client, CancellationToken.None);
        }
        catch (CommandException e)
        {
            return EngineErrors.Answer(e.Code, e.Message);
        }
    }
}
