using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>A store whose commits wait until they are let go.</summary>
internal sealed class HeldStore(IStatusStore inner) : IStatusStore
{
    private readonly ManualResetEventSlim _letGo = new();

    /// <summary>Set when a commit waits.</summary>
    public ManualResetEventSlim Holds { get; } = new();

    public string Description => inner.Description;

    public void LetGo() => _letGo.Set();

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        inner.ReadEvents(agent, fromMs, toMs);

    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) => inner.ReadMemory(horizonMs);

    public IEnumerable<StoredHours> ReadHours() => inner.ReadHours();

    public IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs) =>
        inner.ReadOfflinePeriods(agent, fromMs);

    public IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs) =>
        inner.FindAgentsWithStalePeriods(companyId, hoursInForceFromMs);

    public IStoreBatch BeginBatch() => new HeldBatch(this, inner.BeginBatch());

    public void Dispose() => inner.Dispose();

    private sealed class HeldBatch(HeldStore store, IStoreBatch batch) : IStoreBatch
    {
        public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events) => batch.Append(events);

        public void AddHours(StoredHours hours) => batch.AddHours(hours);

        public void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods) =>
            batch.ReplaceOfflinePeriods(agent, fromMs, periods);

        public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
            batch.ReadEvents(agent, fromMs, toMs);

        public void Commit()
        {
            store.Holds.Set();
            store._letGo.Wait();
            batch.Commit();
        }

        public void Dispose() => batch.Dispose();
    }
}
