using AgentStatus.Server.Hosting;
using AgentStatus.Server.Tests.Recording;
using Microsoft.AspNetCore.Hosting;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>A start that fails, such as at a port that is taken, while memory is being filled.</summary>
public sealed class FailedStartTests : IDisposable
{
    /// <summary>How long the read goes on, unless the server is gone before.</summary>
    private static readonly TimeSpan Read = TimeSpan.FromSeconds(1);

    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task The_server_is_not_gone_before_what_fills_memory_has_ended()
    {
        using var begun = new SemaphoreSlim(0);
        using var gone = new ManualResetEventSlim();
        var outlived = new TaskCompletionSource<bool>();
        var builder = ServerHost.CreateBuilder(
            ["--Endpoint", "http://127.0.0.1:0", "--Http", "off", "--Storage:Path", _files.File("store")]);
        var options = ServerOptions.Read(builder.Configuration, out var faults);
        Assert.Empty(faults);
        using var real = StoreOpening.Open(options, TimeProvider.System);
        var store = new ControlledStore(real)
        {
            BeforeLoad = () =>
            {
                begun.Release();
                outlived.SetResult(gone.Wait(Read));
            },
        };
        await using (var server = ServerHost.Build(builder, options, store, TimeProvider.System))
        {
            await server.StartAsync();
            await begun.WaitAsync();
        }

        gone.Set();
        Assert.False(await outlived.Task, "the server was disposed of while its store was read");
    }
}
