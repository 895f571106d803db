namespace Grpc.Core;

/// <summary>How a channel's connection stands.</summary>
/// <remarks>Source: the gRPC specification, "gRPC Connectivity Semantics and API".</remarks>
public enum ConnectivityState
{
    /// <summary>Not connected, and nobody has asked for it.</summary>
    Idle,

    /// <summary>Connecting.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>Connecting failed; it will be tried again.</summary>
    TransientFailure,

    /// <summary>Shut down for good.</summary>
    Shutdown,
}
