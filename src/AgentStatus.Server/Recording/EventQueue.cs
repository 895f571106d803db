using System.Threading.Channels;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>The events that wait to be recorded: all that have queued up become durable with one commit, and only then
/// are shown, and their senders answered. Each agent's are taken in together; where memory alone cannot tell what they
/// come to, <see cref="TimelineRebuilds"/> shows the agent and answers later. The writer's thread only, but for what
/// says otherwise.</summary>
internal sealed class EventQueue(
    TimelineIndex timelines,
    IStatusStore store,
    TimelineLoader loader,
    TimelineRebuilds rebuilds,
    RetentionCut cut,
    WriteAdmission admission,
    Instruments instruments,
    ILogger<EventQueue> logger,
    TimeProvider clock)
{
    private readonly Channel<RecordCommand> _queue = Channel.CreateBounded<RecordCommand>(
        new BoundedChannelOptions(ServerLimits.QueuedWrites) { SingleReader = true });

    private readonly List<RecordCommand> _batch = [];
    private readonly Dictionary<AgentKey, TimelineUpdate> _updates = [];
    private readonly HashSet<AgentKey> _hidden = [];
    private readonly EventIds _ids = new();
    private readonly Repeats _slowBatches = new(clock);
    private long _batchQueuedAt;
    private bool _failing;

    /// <summary>Something was queued. The sender's thread; may not wait.</summary>
    public event Action? Added;

    /// <summary>A batch was not recorded (false), or one was after that (true).</summary>
    public event Action<bool>? RecordingChanged;

    /// <summary>Events that wait. Any thread.</summary>
    public int Queued => _queue.Reader.Count;

    /// <summary>When that was queued which has waited longest, the batch under way included, by the clock's timestamp;
    /// 0: none waits. Any thread.</summary>
    public long OldestQueuedAt
    {
        get
        {
            var queuedAt = Volatile.Read(ref _batchQueuedAt);
            return queuedAt == 0 && _queue.Reader.TryPeek(out var next) ? next.QueuedAt : queuedAt;
        }
    }

    /// <summary>Queues an event; false if the queue is full or closed. Any thread.</summary>
    public bool TryAdd(RecordCommand command)
    {
        command.QueuedAt = clock.GetTimestamp();
        if (!_queue.Writer.TryWrite(command)) return false;
        Added?.Invoke();
        return true;
    }

    /// <summary>Records a batch of what is queued; true if there is more.</summary>
    public bool RecordNext(long nowMs)
    {
        _batch.Clear();
        while (_batch.Count < ServerLimits.BatchWrites && _queue.Reader.TryRead(out var command)) _batch.Add(command);
        if (_batch.Count == 0) return false;
        Volatile.Write(ref _batchQueuedAt, _batch[0].QueuedAt);
        var started = clock.GetTimestamp();
        try
        {
            Record(_batch, nowMs);
            NoteRecording(failure: null);
        }
        catch (Exception failure)
        {
            // Whatever it was, the senders wait and the next batch may do better.
            NoteRecording(failure);
            var told = failure as StoreException ?? new StoreException("the event could not be recorded", failure);
            foreach (var command in _batch) command.Fail(told);
        }

        var elapsed = clock.GetElapsedTime(started);
        admission.Learn(_batch.Count, elapsed);
        instruments.Recorded(_batch.Count, elapsed, isSlow: elapsed > ServerLimits.SlowWrite);
        if (elapsed > ServerLimits.SlowWrite && _slowBatches.Count() is { } times)
            Log.BatchSlow(logger, _batch.Count, elapsed.TotalSeconds, times);
        Volatile.Write(ref _batchQueuedAt, 0);
        return _queue.Reader.Count > 0;
    }

    /// <summary>Takes no more, and records what is queued.</summary>
    public void Close()
    {
        _queue.Writer.TryComplete();
        while (RecordNext(clock.NowMs()))
        {
        }
    }

    private void NoteRecording(Exception? failure)
    {
        var (wasFailing, isFailing) = (_failing, failure is not null);
        _failing = isFailing;
        if (failure is not null && (!wasFailing || failure is not StoreException))
            Log.BatchFailed(logger, _batch.Count, failure.Message, Log.Ours(failure));
        if (wasFailing && !isFailing) Log.RecordingAgain(logger);
        if (wasFailing || isFailing) RecordingChanged?.Invoke(!isFailing);
    }

    /// <exception cref="StoreException">Nothing was recorded, and nobody answered.</exception>
    private void Record(IReadOnlyList<RecordCommand> commands, long nowMs)
    {
        commands = RefuseErased(RefuseBeforeCut(commands));
        if (commands.Count == 0) return;
        var appended = store.Append(Complete(commands, nowMs));
        _updates.Clear();
        for (var i = 0; i < appended.Count; i++)
        {
            var (outcome, stored, _) = appended[i];
            if (outcome == AppendOutcome.Conflict) Answer(commands[i], RecordOutcome.Conflict, appended[i]);
            else if (timelines.IsWarm) UpdateOf(stored.Agent).Add(appended[i], commands[i]);
            else AnswerBeforeMemory(commands[i], appended[i]);
        }

        Show();
    }

    /// <summary>Shows what other servers stored and retracted; ends when it is shown.</summary>
    public Task ShowAsync(IReadOnlyList<StatusEvent> stored, IReadOnlyList<StatusEvent> retracted)
    {
        _updates.Clear();
        foreach (var e in stored)
            if (!IsHidden(e.Agent)) UpdateOf(e.Agent).Add(new(AppendOutcome.Stored, e), null);
        foreach (var e in retracted)
            if (!IsHidden(e.Agent)) UpdateOf(e.Agent).Retract(e);
        var later = Show();

        // Before memory is warm nobody reads, and what is left is shown when memory is made complete.
        return timelines.IsWarm ? Task.WhenAll(later) : Task.CompletedTask;
    }

    /// <summary>Shows agents whose erasure has ended, and of which other servers stored something in the meantime: it
    /// may be of a new life.</summary>
    public void ShowHidden()
    {
        foreach (var agent in _hidden.Where(agent => !store.Erasure.UnderWay.Include(agent)).ToList())
        {
            _hidden.Remove(agent);
            rebuilds.ReadAnew(agent, Limits.FirstInstantMs);
        }
    }

    /// <summary>What other servers stored of an agent that is being erased was read before it was erased, or has come
    /// after the end that is not known here yet.</summary>
    private bool IsHidden(AgentKey agent)
    {
        var isHidden = store.Erasure.UnderWay.Include(agent);
        if (isHidden) _hidden.Add(agent);
        return isHidden;
    }

    /// <summary>What lies before the cut is final: nothing is added to it, and what was there may be gone. Checked
    /// here, since the cut moves on this thread.</summary>
    private IReadOnlyList<RecordCommand> RefuseBeforeCut(IReadOnlyList<RecordCommand> commands)
    {
        var cutMs = cut.Ms;
        var isAny = false;
        for (var i = 0; i < commands.Count && !isAny; i++) isAny = commands[i].OccurredAtMs < cutMs;
        if (!isAny) return commands;
        foreach (var command in commands.Where(one => one.OccurredAtMs < cutMs))
        {
            instruments.Answered((int)RecordOutcome.BeforeCut);
            command.Succeed(new(RecordOutcome.BeforeCut, "", default, IsSpooled: false));
        }

        return [.. commands.Where(one => !(one.OccurredAtMs < cutMs))];
    }

    /// <summary>What is stored of an agent that is being erased would be erased as well.</summary>
    private IReadOnlyList<RecordCommand> RefuseErased(IReadOnlyList<RecordCommand> commands)
    {
        var underWay = store.Erasure.UnderWay;
        if (underWay.All.Count == 0) return commands;
        foreach (var command in commands.Where(one => underWay.Include(one.Agent)))
            command.Fail(new StoreException("the agent is being erased; try again"));
        return [.. commands.Where(one => !underWay.Include(one.Agent))];
    }

    private EventToAppend[] Complete(IReadOnlyList<RecordCommand> commands, long nowMs)
    {
        var lastMs = new Dictionary<AgentKey, long>();
        var events = new EventToAppend[commands.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var agent = commands[i].Agent;
            var knownMs = lastMs.TryGetValue(agent, out var inBatchMs) ? inBatchMs : FindLastOccurredAtMs(agent);
            events[i] = commands[i].Complete(nowMs, knownMs, _ids);
            lastMs[agent] = Math.Max(knownMs ?? long.MinValue, events[i].Event.OccurredAtMs);
        }

        return events;
    }

    private long? FindLastOccurredAtMs(AgentKey agent)
    {
        long? shownMs = timelines.Find(agent) is { Count: > 0 } timeline ? timeline.LastOccurredAtMs : null;
        var laterMs = rebuilds.FindLastOccurredAtMs(agent);
        return laterMs > shownMs || shownMs is null ? laterMs : shownMs;
    }

    private TimelineUpdate UpdateOf(AgentKey agent) =>
        _updates.TryGetValue(agent, out var update) ? update : _updates[agent] = new(agent, loader);

    /// <summary>The event is durable, and memory takes it in later.</summary>
    private void AnswerBeforeMemory(RecordCommand command, AppendResult appended)
    {
        var isNew = appended.Outcome == AppendOutcome.Stored;
        if (isNew) rebuilds.ReadAnew(appended.Stored.Agent, appended.Stored.OccurredAtMs);
        var outcome = isNew ? RecordOutcome.NotKnown
            : appended.Outcome == AppendOutcome.Erased ? RecordOutcome.Erased
            : RecordOutcome.Duplicate;
        Answer(command, outcome, appended);
    }

    private void Answer(RecordCommand command, RecordOutcome outcome, AppendResult appended)
    {
        instruments.Answered((int)outcome);
        command.Succeed(new(outcome, appended.Stored.EventId, default, appended.IsSpooled));
    }

    /// <summary>Shows the agents of the batch, then answers; gives what ends when the others are shown.</summary>
    private List<Task> Show()
    {
        var shown = new List<TimelineUpdate>(_updates.Count);
        var later = new List<Task>();
        foreach (var update in _updates.Values)
        {
            if (TryShow(update)) shown.Add(update);
            else if (rebuilds.MayWait(update)) later.Add(rebuilds.Add(update).Shown);
            else rebuilds.ShowFromMemory(update);
        }

        foreach (var update in shown) update.Answer(isComplete: true, instruments);
        return later;
    }

    private bool TryShow(TimelineUpdate update)
    {
        if (update.HasSpooled || rebuilds.Contains(update.Agent)) return false;
        try
        {
            if (!update.TryTakeIn(timelines.Find(update.Agent))) return false;
            update.Publish(timelines);
            return true;
        }
        catch (Exception failure)
        {
            // A fault of ours: the events are durable all the same, and a rebuild shows them.
            Log.EventsNotShown(logger, update.Agent.CompanyId, update.Agent.AgentId, failure);
            return false;
        }
    }
}
