using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Spool;

/// <content>The call steps, beside the events.</content>
public sealed partial class SpoolFile
{
    private readonly SpooledStepTable _steps;
    private long _stepCount;

    /// <summary>Call steps in it.</summary>
    public long StepCount => Volatile.Read(ref _stepCount);

    /// <summary>Keeps the steps in order, all or none; one whose ring is in the spool is compared with that.</summary>
    /// <exception cref="SpoolFullException">None was kept: no room.</exception>
    public IReadOnlyList<KeepResult> Keep(IReadOnlyList<CallStep> steps)
    {
        lock (_file.Gate)
        {
            var results = Add_NeedsLock(() => steps.Select(step => _steps.Steps.Keep(step)).ToArray());
            Volatile.Write(ref _stepCount, _steps.Count());
            return [.. results.Select(result => result with { IsSpooled = true })];
        }
    }

    /// <summary>What of each step's ring is in the spool; null: nothing.</summary>
    public IReadOnlyList<CallStep?> Find(IReadOnlyList<CallStep> steps) =>
        Read(() => steps.Select(step => _steps.Steps.Find(step.Ring)).ToArray());

    /// <inheritdoc cref="ICallStepStore.Read"/>
    public IReadOnlyList<CallStep> ReadSteps(StepQuery query, IReadOnlyList<long> callIds, int most) =>
        Read(() => _steps.Steps.Read(query, callIds, most));

    /// <inheritdoc cref="ICallStepStore.Find"/>
    public CallScan FindCalls(StepQuery query, CallAt after, int most) =>
        Read(() => _steps.Steps.Find(query, after, most));

    /// <summary>The oldest steps, at most so many, and through which number they go.</summary>
    public (IReadOnlyList<CallStep> Steps, long Through) ReadOldestSteps(int most) =>
        Read(() => _steps.ReadOldest(most));

    /// <summary>Removes all steps up to this number.</summary>
    public void RemoveStepsThrough(long number)
    {
        lock (_file.Gate)
        {
            Volatile.Write(ref _stepCount, _stepCount - Change(() => _steps.RemoveThrough(number)));
            Shrink_NeedsLock();
        }
    }
}
