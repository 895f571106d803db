using AgentStatus.Server.Erasing;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Replication;
using AgentStatus.Server.Tests.Erasing;
using AgentStatus.Server.Tests.Recording;
using Microsoft.Extensions.Logging;
using Origin = AgentStatus.Core.Origin;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Tests.Replication;

/// <summary>A server that follows others, reading by reading, while agents are erased.</summary>
public sealed class FollowedErasureTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualFeed _feed = new(Now.ToUnixTimeMilliseconds());
    private TestServer _server = null!;
    private ControlledStore _store = null!;
    private HeldErasure _held = null!;
    private Follower _follower = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartOverAsync(Now, store => _store = new ControlledStore(store)
        {
            Erasure = _held = new HeldErasure(store.Erasure),
        });
        _follower = new Follower(
            new ControlledStore(_server.Store) { Shared = _feed },
            _server.Part<StatusWriter>(),
            _server.Part<TimelineIndex>(),
            _server.Part<Erasures>(),
            _server.Part<ServerOptions>(),
            _server.Part<Instruments>(),
            _server.Part<ILogger<Follower>>(),
            _server.Time);
        _follower.BeginToFollow();
        _feed.Give();
        _follower.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _feed.End();
        _follower.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_others_stored_of_an_agent_is_hidden_until_the_end_and_then_read_from_the_store()
    {
        await _feed.GiveAsync(Stored(agentId: 1), Stored(agentId: 2));
        await ShowsAsync(1, V1.AgentStatus.Away);
        var erasing = ErasedAnswers.BeginAsync(_server, 1);
        await Until.TrueAsync(() => _held.Portions > 0);

        // It was read before the agent was erased, or is of a new life: nobody can tell yet.
        await _feed.GiveAsync(Stored(agentId: 1), Stored(agentId: 3));
        await ShowsAsync(3, V1.AgentStatus.Away);
        await ShowsAsync(1, V1.AgentStatus.Unspecified);

        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.BeforeRead = agent =>
        {
            if (agent.AgentId == 1) read.TrySetResult();
        };
        _held.GoesOn = true;
        await Until.TrueAsync(() =>
        {
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            return erasing.IsCompleted && read.Task.IsCompleted;
        });
        await erasing;
        await ShowsAsync(1, V1.AgentStatus.Unspecified);
        await ShowsAsync(2, V1.AgentStatus.Away);
    }

    [Fact]
    public async Task Agents_of_an_erasure_that_was_missed_are_read_from_the_store_again()
    {
        await _feed.GiveAsync(Stored(agentId: 1), Stored(agentId: 2));
        await ShowsAsync(1, V1.AgentStatus.Away);

        _feed.GiveErased(new Erasure(ErasedAnswers.CompanyId, 1));

        await ShowsAsync(1, V1.AgentStatus.Unspecified);
        await ShowsAsync(2, V1.AgentStatus.Away);
    }

    private Task ShowsAsync(long agentId, V1.AgentStatus status) => Until.TrueAsync(
        async () => (await _server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = ErasedAnswers.CompanyId, AgentId = agentId })).Status == status,
        $"{status} of {agentId}");

    private static StatusEvent Stored(long agentId) => new(
        new(ErasedAnswers.CompanyId, agentId), Status.Away, Origin.Agent, Now.ToUnixTimeMilliseconds() - 1_000,
        $"another server's {agentId}");
}
