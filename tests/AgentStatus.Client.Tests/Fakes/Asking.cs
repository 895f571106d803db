namespace AgentStatus.Client.Tests.Fakes;

internal static class Asking
{
    /// <summary>Asks for one agent; the label tells whose answer came.</summary>
    public static async Task<string> AskAsync(
        this RingTargetStream session, long agent, CancellationToken cancellationToken = default)
    {
        var request = new StreamRingTargetsRequest { CompanyId = 1, Targets = { new RingTarget { AgentId = agent } } };
        return (await session.ClassifyAsync(request, cancellationToken)).Results.Single().Label;
    }
}
