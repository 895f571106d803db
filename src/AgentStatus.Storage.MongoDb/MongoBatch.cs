using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.MongoDb;

/// <summary>One unit of writing: what is added is stored at once, offline periods at the end.</summary>
internal sealed class MongoBatch(MongoWriter writer) : IStoreBatch
{
    private bool _committed;

    public bool IsDisposed { get; private set; }

    public bool AddsAtOnce => true;

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        RequireOpen();
        return writer.Append(events);
    }

    public StoredHours AddHours(StoredHours hours)
    {
        RequireOpen();
        return writer.AddHours(hours);
    }

    public void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods)
    {
        RequireOpen();
        writer.Periods.Replace(agent, fromMs, periods);
    }

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs)
    {
        RequireOpen();
        return writer.ReadEvents(agent, fromMs, toMs);
    }

    public void Commit()
    {
        RequireOpen();
        writer.Periods.Flush();
        _committed = true;
    }

    public void Dispose()
    {
        IsDisposed = true;
        writer.Periods.Clear();
    }

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_committed)
            throw new InvalidOperationException("The batch is committed.");
    }
}
