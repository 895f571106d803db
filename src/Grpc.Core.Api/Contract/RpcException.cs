namespace Grpc.Core;

/// <summary>
/// A call that ended with another status than OK. A client gets it from the call; a service throws it to choose the
/// status and the trailers of its answer.
/// </summary>
public class RpcException : Exception
{
    /// <summary>With a message made from the status, and no trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>With a message of its own, and no trailers.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>With a message made from the status.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>With a message of its own; the status' exception becomes the inner one.</summary>
    /// <exception cref="ArgumentNullException">No trailers; pass <see cref="Metadata.Empty" /> instead.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status" />, for use in exception filters.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>What came (or goes) with the status; never null.</summary>
    public Metadata Trailers { get; }
}
