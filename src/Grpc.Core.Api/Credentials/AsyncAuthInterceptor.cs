namespace Grpc.Core;

/// <summary>Adds what proves the caller's identity (say, a token) to a call's headers before it starts.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
