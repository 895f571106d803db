using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>
/// Reads a stream's requests until the server stops: an open stream would delay the stop, which waits for it. The read
/// that is under way then is left behind, not cancelled: cancelling it resets the stream, and the client sees CANCELLED
/// where the reset overtakes the status.
/// </summary>
internal sealed class StoppableReads<TRequest>(IAsyncStreamReader<TRequest> requests, CancellationToken stopping)
    : IAsyncStreamReader<TRequest>
{
    public TRequest Current => requests.Current;

    /// <summary>Goes on to the next request; false if the client is done.</summary>
    /// <exception cref="RpcException">
    /// UNAVAILABLE: the server stops. INVALID_ARGUMENT: the client's bytes are no message.
    /// </exception>
    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (stopping.IsCancellationRequested) throw Refusals.Stopping();
        var read = requests.MoveNext(CancellationToken.None);
        return read.IsCompletedSuccessfully ? read : AwaitAsync(read);
    }

    private async Task<bool> AwaitAsync(Task<bool> read)
    {
        try
        {
            return await read.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw Refusals.Stopping();
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            // Not compressed as it says, too long, or cut by a reset. To a unary request gRPC itself answers UNKNOWN.
            throw Refusals.Malformed(broken.Message);
        }
    }
}
