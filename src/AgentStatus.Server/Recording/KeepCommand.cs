using AgentStatus.Core.Rings;

namespace AgentStatus.Server.Recording;

/// <summary>The rings of one request that wait to be kept, and the caller that waits for the answer.</summary>
internal sealed class KeepCommand(IReadOnlyList<CallStep> steps)
{
    private readonly TaskCompletionSource<IReadOnlyList<KeepResult>> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>At least one. When they are recorded is not said yet.</summary>
    public IReadOnlyList<CallStep> Steps => steps;

    /// <summary>When it was queued, by the clock's timestamp.</summary>
    public long QueuedAt { get; set; }

    /// <summary>What became of each, when they are durable.</summary>
    public Task<IReadOnlyList<KeepResult>> Answer => _answer.Task;

    public void Succeed(IReadOnlyList<KeepResult> results) => _answer.SetResult(results);

    public void Fail(Exception failure) => _answer.SetException(failure);
}
