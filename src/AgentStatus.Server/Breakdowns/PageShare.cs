namespace AgentStatus.Server.Breakdowns;

/// <summary>Some of a page's agents, one after the other, as bytes. One thread at a time writes.</summary>
internal sealed class PageShare : IDisposable
{
    private readonly List<Agent> _agents = [];

    /// <summary>Where agents are written to; each is then noted by <see cref="Complete"/>.</summary>
    public PackedWriter Writer { get; } = new();

    /// <summary>The agents, in order.</summary>
    public IReadOnlyList<Agent> Agents => _agents;

    /// <summary>What was written since the agent before is this agent.</summary>
    public void Complete(long agentId, int messageBytes) => _agents.Add(new Agent(agentId, messageBytes, Writer.Length));

    /// <summary>Gives the memory back. After a failure nobody does, and it is collected as any other.</summary>
    public void Dispose() => Writer.Dispose();

    /// <param name="AgentId">The agent.</param>
    /// <param name="MessageBytes">Of its message, without tag and length.</param>
    /// <param name="EndsAt">Where it ends among the share's bytes.</param>
    public readonly record struct Agent(long AgentId, int MessageBytes, int EndsAt);
}
