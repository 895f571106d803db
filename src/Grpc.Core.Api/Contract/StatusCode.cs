namespace Grpc.Core;

/// <summary>How a call ended, with the numbers that go over the wire in <c>grpc-status</c>.</summary>
/// <remarks>Source: the gRPC specification, "Status codes and their use in gRPC".</remarks>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error from elsewhere, or one without a better code.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first. The effect may have taken place all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known, but may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is in no state for this; trying again does not help until that changes.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted by a conflict; try the whole sequence again.</summary>
    Aborted = 10,

    /// <summary>Past the end of a range that may grow.</summary>
    OutOfRange = 11,

    /// <summary>The method is not there, or not supported.</summary>
    Unimplemented = 12,

    /// <summary>Something that must hold does not.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached for now; try again.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged for good.</summary>
    DataLoss = 15,

    /// <summary>The caller has not said, or not proved, who it is.</summary>
    Unauthenticated = 16,
}
