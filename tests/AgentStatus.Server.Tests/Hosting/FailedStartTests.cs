using AgentStatus.Server.Hosting;
using AgentStatus.Server.Tests.Recording;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>A start that fails, such as at a port that is taken, while memory is being filled.</summary>
public sealed class FailedStartTests : IDisposable
{
    /// <summary>How long the read goes on, unless the server is gone before.</summary>
    private static readonly TimeSpan Read = TimeSpan.FromSeconds(1);

    private readonly TempDirectory _files = new();

    private IStatusStore? _store;

    public void Dispose()
    {
        _store?.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task The_server_is_not_gone_before_what_fills_memory_has_ended()
    {
        using var begun = new SemaphoreSlim(0);
        using var gone = new ManualResetEventSlim();
        var outlived = new TaskCompletionSource<bool>();
        await using (var server = Build(store => store.BeforeLoad = () =>
        {
            begun.Release();
            outlived.SetResult(gone.Wait(Read));
        }))
        {
            await server.StartAsync();
            await begun.WaitAsync();
        }

        gone.Set();
        Assert.False(await outlived.Task, "the server was disposed of while its store was read");
    }

    [Fact]
    public async Task Where_a_part_of_memory_cannot_be_read_the_others_end_too()
    {
        using var begun = new ManualResetEventSlim();
        await using var server = Build(store => store.InParts = [Endless(begun.Set), Broken(begun)]);
        var loader = server.Services.GetRequiredService<StartupLoader>();

        var failure = Assert.Throws<StoreException>(() => loader.Load(CancellationToken.None));

        Assert.Equal("page 7", failure.Message);
    }

    [Fact]
    public async Task A_server_that_is_stopped_ends_all_that_fills_memory()
    {
        using var stopping = new CancellationTokenSource();
        using var begun = new CountdownEvent(2);
        await using var server = Build(
            store => store.InParts = [Endless(() => begun.Signal()), Endless(() => begun.Signal())]);
        var loader = server.Services.GetRequiredService<StartupLoader>();

        var loading = Task.Run(() => loader.Load(stopping.Token));
        begun.Wait();
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
    }

    private static IEnumerable<AgentEvents> Endless(Action begin)
    {
        begin();
        while (true) yield return new(new(1, 1), [new(5, Status.Online, Origin.Agent)]);
    }

    private static IEnumerable<AgentEvents> Broken(ManualResetEventSlim others)
    {
        others.Wait();
        yield return new(new(2, 1), [new(5, Status.Online, Origin.Agent)]);
        throw new StoreException("page 7");
    }

    private WebApplication Build(Action<ControlledStore> control)
    {
        var builder = ServerHost.CreateBuilder(
            ["--Endpoint", "http://127.0.0.1:0", "--Http", "off", "--Storage:Path", _files.File("store")]);
        var options = ServerOptions.Read(builder.Configuration, out var faults);
        Assert.Empty(faults);
        _store = StoreOpening.Open(options, TimeProvider.System);
        var store = new ControlledStore(_store);
        control(store);
        return ServerHost.Build(builder, options, store, TimeProvider.System);
    }
}
