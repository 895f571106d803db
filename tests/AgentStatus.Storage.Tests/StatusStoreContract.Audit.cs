namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    protected static AuditEntry Retracted => new(
        5_000, "b", "operator", "10.0.0.7", "RetractStatus", Agent.CompanyId, 0, "a1", "OK");

    private static AuditEntry Erased => new(
        5_000, "c", "anonymous", "", "EraseAgent", Agent.CompanyId, Agent.AgentId, "", "PERMISSION_DENIED");

    private static AuditEntry Rebuilt => new(
        4_000, "d", "operator", "::1", "RebuildOfflinePeriods", 0, 0, "", "UNAVAILABLE");

    [Fact]
    public void Audit_OfEntries_KeepsEachOnceInOrder()
    {
        Store.Audit.Add([Erased, Rebuilt]);
        Store.Audit.Add([Retracted, Erased]);

        AlsoAfterRestart(() => Assert.Equal([Rebuilt, Retracted, Erased], ReadAudit(0)));
    }

    [Fact]
    public void Audit_OfAQuery_HasItsCompanyItsTimeAndNoMoreThanAsked()
    {
        Store.Audit.Add([Retracted, Erased, Rebuilt, Retracted with { Id = "a", CompanyId = 7 }]);

        Assert.Equal([Retracted, Erased], ReadAudit(Agent.CompanyId));
        Assert.Equal([Retracted], ReadAudit(Agent.CompanyId, most: 1));
        Assert.Equal([Rebuilt], ReadAudit(0, 4_000, 5_000));
        Assert.Empty(ReadAudit(Agent.CompanyId, 4_000, 5_000));
        Assert.Equal(3, ReadAudit(0, 4_001).Count);
    }

    [Fact]
    public void Audit_BehindAnEntry_GoesOnThere()
    {
        var others = Enumerable.Range(0, 3).Select(i => Retracted with { Id = $"b{i}", CompanyId = 7 });
        Store.Audit.Add([Erased, Rebuilt, Retracted, .. others]);

        foreach (var companyId in (long[])[0, Agent.CompanyId])
        {
            var all = ReadAudit(companyId);
            for (var i = 0; i < all.Count; i++)
                Assert.Equal(all.Skip(i + 1), Store.Audit.Read(new(companyId, all[i].AtMs, 6_000, all[i].Id), 100));
        }
    }

    private IReadOnlyList<AuditEntry> ReadAudit(
        long companyId, long fromMs = long.MinValue, long toMs = long.MaxValue, int most = 100) =>
        Store.Audit.Read(new(companyId, fromMs, toMs), most);
}
