namespace Grpc.Core;

/// <summary>Messages that are sent one by one. One write at a time: wait for each before the next.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the following messages are written; null means the call's options.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Sends a message; done when there is room for the next.</summary>
    Task WriteAsync(T message);

    /// <summary>Sends a message, unless cancelled first. Cancelling ends the whole call.</summary>
    /// <exception cref="NotSupportedException">This writer cannot be cancelled, and the token can.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("This stream writer does not support cancellation of a write.")
        : WriteAsync(message);
}
