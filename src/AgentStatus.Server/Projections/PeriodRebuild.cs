namespace AgentStatus.Server.Projections;

/// <summary>A rebuild of stored offline periods that somebody asked for, and how far it has come.</summary>
/// <param name="companyId">Of which company; null: of all.</param>
internal sealed class PeriodRebuild(long? companyId)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _agents;
    private int _written;

    public long? CompanyId => companyId;

    /// <summary>How many agents it concerns; 0 until it begins. Any thread.</summary>
    public int Agents => Volatile.Read(ref _agents);

    /// <summary>Of how many agents the periods are written. Any thread.</summary>
    public int Written => Volatile.Read(ref _written);

    /// <summary>Ends when all of them are written, or fails where another server took over.</summary>
    public Task Done => _done.Task;

    /// <summary>The agents whose periods are yet to be written. The projection's thread only.</summary>
    public HashSet<AgentKey> Left { get; private set; } = [];

    public void Begin(IEnumerable<AgentKey> agents)
    {
        Left = [.. agents];
        Volatile.Write(ref _agents, Left.Count);
        CountWritten([]);
    }

    /// <summary>These agents' periods are written from their first event on. The projection's thread only.</summary>
    public void CountWritten(IEnumerable<AgentChange> agents)
    {
        foreach (var written in agents) Left.Remove(written.Agent);
        Volatile.Write(ref _written, Agents - Left.Count);
        if (Left.Count == 0) _done.TrySetResult();
    }

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
