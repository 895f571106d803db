namespace AgentStatus.Server.Projections;

/// <summary>A rebuild of stored offline periods that somebody asked for, and how far it has come. Any thread.</summary>
/// <param name="companyId">Of which company; null: of all.</param>
internal sealed class PeriodRebuild(long? companyId)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _agents;
    private int _written;

    public long? CompanyId { get; } = companyId;

    /// <summary>How many agents it concerns; 0 until it begins.</summary>
    public int Agents => Volatile.Read(ref _agents);

    /// <summary>Of how many agents the periods are written.</summary>
    public int Written => Volatile.Read(ref _written);

    /// <summary>Ends when all of them are written, or fails where another server took over.</summary>
    public Task Done => _done.Task;

    public void Begin(int agents)
    {
        Volatile.Write(ref _agents, agents);
        if (agents == 0) _done.TrySetResult();
    }

    /// <summary>One more agent's periods are written. One thread.</summary>
    public void CountWritten()
    {
        Volatile.Write(ref _written, _written + 1);
        if (_written == _agents) _done.TrySetResult();
    }

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
