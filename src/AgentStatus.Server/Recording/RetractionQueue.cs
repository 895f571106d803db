using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>The retractions that wait, beside the writer's events: all that have queued up become durable with one
/// commit, and then their events are taken out of memory, an agent's together.</summary>
internal sealed class RetractionQueue(
    EventQueue events, IStatusStore store, TimelineIndex timelines, TimelineRebuilds rebuilds)
{
    private readonly ConcurrentQueue<Waiting> _queue = new();

    /// <summary>Retractions that wait. Any thread.</summary>
    public int Queued => _queue.Count;

    /// <summary>Queues a retraction; ends when it is durable and shown. Any thread.</summary>
    /// <exception cref="StoreException">It is not retracted, or may not be.</exception>
    public Task<RetractResult> AddAsync(Retraction retraction)
    {
        var waiting = new Waiting(retraction);
        _queue.Enqueue(waiting);
        return waiting.Shown.Task.Unwrap();
    }

    /// <summary>Retracts a batch of what is queued. The writer's thread only.</summary>
    public void RetractNext()
    {
        var batch = new List<Waiting>();
        while (batch.Count < ServerLimits.BatchWrites && _queue.TryDequeue(out var waiting)) batch.Add(waiting);
        try
        {
            batch.RemoveAll(RefuseErased);
            if (batch.Count == 0) return;
            var results = store.Retract(batch.ConvertAll(waiting => waiting.Retraction));
            foreach (var agent in batch.Zip(results).GroupBy(one => one.Second.Event?.Agent))
            {
                var shown = ShowAsync([.. agent.Select(one => one.Second)]);
                foreach (var (waiting, result) in agent) waiting.Shown.SetResult(AfterAsync(shown, result));
            }
        }
        catch (Exception failure)
        {
            // Whatever it was, the callers wait and the next batch may do better.
            foreach (var waiting in batch) waiting.Shown.TrySetException(failure);
        }
    }

    private static async Task<RetractResult> AfterAsync(Task shown, RetractResult result)
    {
        await shown;
        return result;
    }

    private bool RefuseErased(Waiting waiting)
    {
        var isErased = store.Erasure.UnderWay.IncludeAllOf(waiting.Retraction.CompanyId);
        if (isErased) waiting.Shown.SetException(new StoreException("the company is being erased; try again"));
        return isErased;
    }

    /// <summary>Takes an agent's events out of memory; those that had been retracted before, too, since the answer to
    /// that may have got lost before memory learned of it.</summary>
    private async Task ShowAsync(List<RetractResult> ofAgent)
    {
        var retracted = new List<StatusEvent>();
        foreach (var result in ofAgent)
        {
            if (result.Event is not { } e || result.IsBeforeCut) continue;
            if (result.IsSpooled || !timelines.IsWarm) rebuilds.ReadAnew(e.Agent, e.OccurredAtMs);
            else retracted.Add(e);
        }

        if (retracted.Count > 0) await events.ShowAsync([], retracted);
    }

    private sealed record Waiting(Retraction Retraction)
    {
        /// <summary>What ends when it is shown; set when it is durable.</summary>
        public TaskCompletionSource<Task<RetractResult>> Shown { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
