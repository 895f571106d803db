namespace Grpc.Core;

/// <summary>How a channel's implementation learns what some <see cref="CallCredentials" /> are.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>They are several, to be applied in order.</summary>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>They are an interceptor.</summary>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}
