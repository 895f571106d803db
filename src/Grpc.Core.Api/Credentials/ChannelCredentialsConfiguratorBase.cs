namespace Grpc.Core;

/// <summary>How a channel's implementation learns what some <see cref="ChannelCredentials" /> are.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>No TLS.</summary>
    public abstract void SetInsecureCredentials(object? state);

    /// <summary>TLS; what is null is the machine's default.</summary>
    public abstract void SetSslCredentials(
        object? state,
        string? rootCertificates,
        KeyCertificatePair? keyCertificatePair,
        VerifyPeerCallback? verifyPeerCallback);

    /// <summary>Channel credentials with call credentials.</summary>
    public abstract void SetCompositeCredentials(
        object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
