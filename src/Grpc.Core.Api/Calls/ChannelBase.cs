namespace Grpc.Core;

/// <summary>A connection to a server, from which clients are made. Long-lived and shared.</summary>
public abstract class ChannelBase
{
    /// <summary>A channel to a target.</summary>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>The address that the channel was made for.</summary>
    public string Target { get; }

    /// <summary>Makes an invoker that starts calls on this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Shuts the channel down; done when its resources are released.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Implements <see cref="ShutdownAsync" />; nothing to release here.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
