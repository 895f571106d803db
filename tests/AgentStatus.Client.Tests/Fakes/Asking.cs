namespace AgentStatus.Client.Tests.Fakes;

internal static class Asking
{
    /// <summary>Asks for one agent; the label tells whose answer came.</summary>
    public static async Task<string> AskAsync(
        this RingTargetStream session, long agent, CancellationToken cancellationToken = default)
    {
        var rings = new GroupRing(1, [new RingTarget { AgentId = agent }]);
        return (await session.ClassifyAsync(rings, cancellationToken)).Single().Label;
    }
}
