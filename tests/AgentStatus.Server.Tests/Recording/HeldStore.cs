using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>
/// A real store whose batches can be held back and made to fail, before the commit or just after it: an answer that got
/// lost.
/// </summary>
internal sealed class HeldStore(IStatusStore store) : IStatusStore
{
    private readonly ManualResetEventSlim _open = new(true);
    private readonly ManualResetEventSlim _commits = new(true);

    /// <summary>Thrown where a batch would begin.</summary>
    public volatile Exception? FailBegin;

    /// <summary>Thrown instead of a commit.</summary>
    public volatile Exception? FailCommit;

    /// <summary>Thrown after a commit that was done.</summary>
    public volatile Exception? LoseCommit;

    /// <summary>Thrown by reads of events, a batch's too.</summary>
    public volatile Exception? FailReads;

    /// <summary>Whether the writer waits to begin a batch.</summary>
    public volatile bool IsWaiting;

    /// <summary>Sizes of the batches of events so far.</summary>
    public List<int> Appended { get; } = [];

    public string Description => store.Description;

    /// <summary>Set when the writer waits to commit: see <see cref="HoldCommits"/>.</summary>
    public ManualResetEventSlim IsCommitting { get; } = new();

    public void Hold() => _open.Reset();

    /// <summary>Holds the next commits, not the beginning of batches.</summary>
    public void HoldCommits() => _commits.Reset();

    public void Release()
    {
        _open.Set();
        _commits.Set();
    }

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        FailReads is { } failure ? throw failure : store.ReadEvents(agent, fromMs, toMs);

    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) => store.ReadMemory(horizonMs);

    public IEnumerable<StoredHours> ReadHours() => store.ReadHours();

    public IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs) =>
        store.ReadOfflinePeriods(agent, fromMs);

    public IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs) =>
        store.FindAgentsWithStalePeriods(companyId, hoursInForceFromMs);

    public IStoreBatch BeginBatch()
    {
        IsWaiting = !_open.IsSet;
        _open.Wait();
        IsWaiting = false;
        if (FailBegin is { } failure) throw failure;
        return new Batch(this, store.BeginBatch());
    }

    public void Dispose() => _open.Dispose();

    private sealed class Batch(HeldStore held, IStoreBatch batch) : IStoreBatch
    {
        public bool AddsAtOnce => batch.AddsAtOnce;

        public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
        {
            held.Appended.Add(events.Count);
            return batch.Append(events);
        }

        public StoredHours AddHours(StoredHours hours) => batch.AddHours(hours);

        public void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods) =>
            batch.ReplaceOfflinePeriods(agent, fromMs, periods);

        public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
            held.FailReads is { } failure ? throw failure : batch.ReadEvents(agent, fromMs, toMs);

        public void Commit()
        {
            if (!held._commits.IsSet) held.IsCommitting.Set();
            held._commits.Wait();
            if (held.FailCommit is { } failed) throw failed;
            batch.Commit();
            if (held.LoseCommit is { } lost) throw lost;
        }

        public void Dispose() => batch.Dispose();
    }
}
