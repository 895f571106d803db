namespace Grpc.Core;

/// <summary>Has the last word on a server's certificate, after TLS has accepted it.</summary>
/// <returns>Whether to trust the server.</returns>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
