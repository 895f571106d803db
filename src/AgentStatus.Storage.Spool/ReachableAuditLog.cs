namespace AgentStatus.Storage.Spool;

/// <summary>The audit log of a store that may not be reachable. The spool has none of it: who writes it keeps the
/// entries and adds them again.</summary>
internal sealed class ReachableAuditLog(ReachableStore store) : IAuditStore
{
    public void Add(IReadOnlyList<AuditEntry> entries) => store.Write(it =>
    {
        it.Audit.Add(entries);
        return true;
    });

    public IReadOnlyList<AuditEntry> Read(AuditQuery query, int most) => store.Ask(it => it.Audit.Read(query, most));
}
