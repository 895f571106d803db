namespace Grpc.Core;

/// <summary>Messages that arrive one by one. One reader at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last <see cref="MoveNext" /> brought, valid until the next one.</summary>
    T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="RpcException">On a client: the call ended with another status than OK.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
