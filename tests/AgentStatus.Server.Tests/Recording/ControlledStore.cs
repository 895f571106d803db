using System.Collections.Concurrent;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>A real store whose appends can be held back and made to fail, before or just after they are stored (an
/// answer that got lost), and whose reads of events can be made to fail.</summary>
internal sealed class ControlledStore(IStatusStore store) : IStatusStore
{
    private readonly ManualResetEventSlim _open = new(true);
    private readonly ManualResetEventSlim _readsOpen = new(true);

    /// <summary>Thrown instead of an append.</summary>
    public volatile Exception? FailAppend;

    /// <summary>What happens before an append.</summary>
    public volatile Action? BeforeAppend;

    /// <summary>Thrown after an append that was done.</summary>
    public volatile Exception? LoseAnswer;

    /// <summary>Thrown by reads of events.</summary>
    public volatile Exception? FailReads;

    /// <summary>What happens before a read of events.</summary>
    public volatile Action<AgentKey>? BeforeRead;

    /// <summary>What is read of an agent's history behind a position; null: what the store has.</summary>
    public volatile Func<AgentKey, EventPosition, IReadOnlyList<StoredEvent>>? InHistory;

    /// <summary>What happens before memory is filled.</summary>
    public volatile Action? BeforeLoad;

    /// <summary>What a start reads instead of the store; null: the store.</summary>
    public volatile IReadOnlyList<IEnumerable<AgentEvents>>? InParts;

    /// <summary>Whether the writer waits to append.</summary>
    public volatile bool IsWaiting;

    /// <summary>Sizes of the appends so far.</summary>
    public List<int> Appended { get; } = [];

    /// <summary>Sizes of the retractions so far.</summary>
    public List<int> Retracted { get; } = [];

    /// <summary>By which thread events were read, and how many.</summary>
    public ConcurrentQueue<(string? Thread, int Events)> Reads { get; } = new();

    public string Description => store.Description;

    /// <summary>What a test says.</summary>
    public IOfflinePeriodStore OfflinePeriods { get; init; } = store.OfflinePeriods;

    public ICallStepStore CallSteps => store.CallSteps;

    /// <summary>What a test says.</summary>
    public IAuditStore Audit { get; init; } = store.Audit;

    /// <summary>What a test says.</summary>
    public IRetentionStore? Retention { get; init; } = store.Retention;

    /// <summary>What a test says.</summary>
    public ISharedStore? Shared { get; init; } = store.Shared;

    public ISpool? Spool => store.Spool;

    /// <summary>What a test says.</summary>
    public IErasureStore Erasure { get; init; } = store.Erasure;

    public IStoreFile? File => store.File;

    public ServerNumber StoredThrough => store.StoredThrough;

    /// <summary>Holds the next appends, until <see cref="Release"/>.</summary>
    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    /// <summary>Holds the next reads of events, until <see cref="ReleaseReads"/>.</summary>
    public void HoldReads() => _readsOpen.Reset();

    public void ReleaseReads() => _readsOpen.Set();

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        Read(agent, () => store.ReadEvents(agent, fromMs, toMs));

    public IEnumerable<AgentEvents> ReadMemory(long horizonMs)
    {
        BeforeLoad?.Invoke();
        return store.ReadMemory(horizonMs);
    }

    public IReadOnlyList<IEnumerable<AgentEvents>> ReadMemory(long horizonMs, int readers)
    {
        BeforeLoad?.Invoke();
        return InParts ?? store.ReadMemory(horizonMs, readers);
    }

    public IEnumerable<StoredHours> ReadHours() => store.ReadHours();

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        IsWaiting = !_open.IsSet;
        _open.Wait();
        IsWaiting = false;
        BeforeAppend?.Invoke();
        if (FailAppend is { } failed) throw failed;
        Appended.Add(events.Count);
        var results = store.Append(events);
        return LoseAnswer is { } lost ? throw lost : results;
    }

    public CallLimits? FindCallLimits() => store.FindCallLimits();

    public CallLimits KeepCallLimits(CallLimits limits, bool replace) => store.KeepCallLimits(limits, replace);

    public Retractions Retractions => store.Retractions;

    public void LoadRetractions() => store.LoadRetractions();

    public IReadOnlyList<StoredEvent> ReadHistory(AgentKey agent, EventPosition after, long toMs, int most) =>
        Read(agent, () => InHistory?.Invoke(agent, after) ?? store.ReadHistory(agent, after, toMs, most));

    public Retraction? FindRetraction(StatusEvent e) => store.FindRetraction(e);

    public IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions)
    {
        Retracted.Add(retractions.Count);
        return store.Retract(retractions);
    }

    public StoredHours AddHours(StoredHours hours) => store.AddHours(hours);

    public void Dispose()
    {
        _open.Dispose();
        _readsOpen.Dispose();
    }

    private IReadOnlyList<T> Read<T>(AgentKey agent, Func<IReadOnlyList<T>> read)
    {
        BeforeRead?.Invoke(agent);
        _readsOpen.Wait();
        if (FailReads is { } failure) throw failure;
        var events = read();
        Reads.Enqueue((Thread.CurrentThread.Name, events.Count));
        return events;
    }
}
