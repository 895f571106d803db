namespace AgentStatus.Storage.Tests.Spool;

/// <summary>With a store that answers, a spool in front of it changes nothing.</summary>
public class SpoolingStoreContractTests : StatusStoreContract
{
    private readonly TempDirectory _directory = new();

    public override void Dispose()
    {
        base.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override IStatusStore Open()
    {
        var database = new FlakyDatabase(_directory.File("store"));
        var store = SpoolingStore.Open(_directory.File("spool"), database.Open, TimeProvider.System);
        Prepare(store);
        store.Connect();
        return store;
    }

    /// <summary>Before the store is reached.</summary>
    protected virtual void Prepare(IStatusStore store)
    {
    }
}

/// <summary>Nor do events of others, and steps of other calls, in the spool, which wait for their drain.</summary>
public sealed class SpoolingStoreContractWithSpooledEventsTests : SpoolingStoreContractTests
{
    protected override void Prepare(IStatusStore store)
    {
        store.Append([new(Event(7, "spooled", agent: new(Agent.CompanyId, 99)), 1_000, false)]);
        store.CallSteps.Keep([Step(callId: 99, ringAtMs: 100)]);
    }
}
