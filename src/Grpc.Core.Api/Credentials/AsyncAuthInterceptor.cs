namespace Grpc.Core;

/// <summary>Adds what proves the caller's identity (a token, say) to a call's headers, before the call starts.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
