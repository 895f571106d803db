using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.Tests.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>The contract on MongoDB, and what is MongoDB's own. Each test has a database of its own.</summary>
public sealed class MongoStatusStoreTests : StatusStoreContract
{
    private readonly TestDatabase _database = TestDatabase.Require();

    protected override bool IsTransactional => false;

    public override void Dispose()
    {
        base.Dispose();
        _database.Dispose();
    }

    protected override IStatusStore Open() => MongoStatusStore.Open(_database.Options);
}
