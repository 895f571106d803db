using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace AgentStatus.Server.Memory;

/// <summary>Threads of their own for requests that read or work out much: breakdowns, and rings as known at an instant.
/// They may take all the time that is left over: routing, recording and the web server have the pool for themselves,
/// and go first. Such requests also wait for the store here, so that reads for other rings do not wait behind theirs.
/// In the order in which work comes.</summary>
internal sealed partial class LowPriorityThreads : TaskScheduler, IDisposable
{
    /// <summary>One for each processor, and two at least: one may wait for the store.</summary>
    public static readonly int Threads = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Of 19: the lower a thread's priority, the longer a garbage collection waits until it has stopped
    /// it.</summary>
    private const int Nice = 10;

    private readonly BlockingCollection<Task> _queue = [];

    public LowPriorityThreads()
    {
        for (var i = 0; i < Threads; i++)
        {
            var thread = new Thread(Work) { Name = "low-priority", IsBackground = true };
            thread.Priority = ThreadPriority.BelowNormal;
            thread.Start();
        }
    }

    /// <summary>Does something on one of the threads; not at all where it is cancelled before.</summary>
    public Task<T> Run<T>(Func<T> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>Lets a thread go first that waits for this processor. Linux lets one with a low priority run on until
    /// its next tick, up to 4 ms later, although another one is ready: rings beside breakdowns had a p99 of five
    /// times that alone, and have one of 1.5 times with this every 70 us or so.</summary>
    public static void GiveWay() => Thread.Yield();

    /// <summary>Lets the threads end when the queue is empty.</summary>
    public void Dispose() => _queue.CompleteAdding();

    protected override void QueueTask(Task task) => _queue.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _queue;

    /// <summary>On Linux .NET gives all threads the same priority, and this concerns the one that calls it.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);

    private void Work()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, Nice);
        foreach (var task in _queue.GetConsumingEnumerable()) TryExecuteTask(task);
    }
}
