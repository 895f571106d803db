namespace AgentStatus.Client.Tests.Fakes;

/// <summary>Tests that have a server of their own each, which answers as they say.</summary>
public abstract class FakeServerTests : IAsyncLifetime
{
    private protected FakeServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await FakeServer.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Server.DisposeAsync();
    }
}
