using System.Reflection;
using AgentStatus.Server.Tests.Recording;
using Microsoft.AspNetCore.Http;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>Readers take no lock: seen from outside, and in the code itself.</summary>
public sealed class LockFreeReadTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Readers_are_answered_while_the_writer_is_held_inside_a_batch()
    {
        ControlledStore held = null!;
        await using var server = new WarmServer(store => held = new ControlledStore(store));
        held.Hold();
        var agent = WarmServer.Agent(0);
        var context = new NoRequest();

        // Where gRPC's package looks for it: who writes is told by the address.
        context.UserState["__HttpContext"] = new DefaultHttpContext();
        var recording = server.Service.RecordStatus(
            Requests.Event(V1.AgentStatus.Offline, agentId: agent.AgentId, companyId: agent.CompanyId), context);
        Assert.True(SpinWait.SpinUntil(() => held.IsWaiting, Limit));

        try
        {
            var request = new ClassifyRingTargetRequest { CompanyId = agent.CompanyId, AgentId = agent.AgentId };
            var ring = RingRequest.ReadRing(new WireBytes(request.ToByteArray()));
            var answer = await Task.Run(
                () => server.Service.ClassifyRingTarget(ring, new NoRequest())).WaitAsync(Limit);
            var wire = new WireBuffer();
            answer.SendTo(wire);
            Assert.Equal(V1.AgentStatus.Online, ClassifyRingTargetResponse.Parser.ParseFrom(wire.Written).Status);
            Assert.False(recording.IsCompleted);
        }
        finally
        {
            held.Release();
        }

        await recording.WaitAsync(Limit);
    }

    [Fact]
    public void The_read_path_calls_nothing_that_locks()
    {
        var calls = CompiledCode.CallsFrom(typeof(StatusLookup).GetMethod(nameof(StatusLookup.TryFind))!);

        Assert.Contains(typeof(TimelineIndex).GetMethod(nameof(TimelineIndex.TryAt))!, calls);
        Assert.DoesNotContain(calls, Locks);
    }

    [Fact]
    public void A_method_that_locks_is_recognised() =>
        Assert.Contains(
            CompiledCode.CallsFrom(
                GetType().GetMethod(nameof(Locked), BindingFlags.NonPublic | BindingFlags.Instance)!),
            Locks);

    private static bool Locks(MethodBase call) => call.DeclaringType is { } type
        && (type == typeof(Monitor) || type == typeof(Lock) || type == typeof(SemaphoreSlim) || type == typeof(SpinLock)
            || type == typeof(ReaderWriterLockSlim) || type.IsSubclassOf(typeof(WaitHandle)));

    private int Locked()
    {
        lock (this) return GetHashCode();
    }
}
