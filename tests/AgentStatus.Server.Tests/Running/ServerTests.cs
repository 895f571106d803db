namespace AgentStatus.Server.Tests.Running;

/// <summary>Tests that have a server of their own each, whose clock says when it is.</summary>
public abstract class ServerTests(DateTimeOffset now) : IAsyncLifetime
{
    private protected TestServer Server { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(now);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Server.DisposeAsync();
    }
}
