namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>Servers that have a part of the companies each, on one database: what each reads, follows and owns. Of two
/// parts company 1 is in the first and company 2 in the second; of four company 1 is in the third.</summary>
[MongoDb]
public sealed class PartitionTests : IDisposable
{
    private static readonly AgentKey First = new(1, 10);
    private static readonly AgentKey Second = new(2, 20);

    private readonly TestDatabase _database = TestDatabase.Require();
    private readonly List<MongoStatusStore> _stores = [];

    public void Dispose()
    {
        foreach (var store in _stores) store.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void A_store_reads_of_its_companies_alone()
    {
        var whole = Open("1/1");
        Append(whole, First, "a");
        Append(whole, Second, "b");
        foreach (var companyId in (long[])[1, 2])
        {
            whole.AddHours(new(companyId, 1, 7, "{}"));
            whole.Retract([new(companyId, "gone", "wrong", "", 1_000)]);
        }

        foreach (var (companies, own, other) in (List<(string, AgentKey, AgentKey)>)[
            ("1/2", First, Second), ("2/2", Second, First), ("3/4", First, Second)])
        {
            var store = Open(companies);
            store.LoadRetractions();
            Assert.Equal([own], store.ReadMemory(long.MinValue).Select(agent => agent.Agent));
            Assert.Equal([own.CompanyId], store.ReadHours().Select(version => version.CompanyId));
            Assert.True(store.Retractions.Contains(own.CompanyId, "gone"));
            Assert.False(store.Retractions.Contains(other.CompanyId, "gone"));
        }
    }

    [Fact]
    public void A_store_is_given_what_others_store_of_its_companies()
    {
        var first = Open("1/2").Follow();
        var second = Open("2/2").Follow();
        var whole = Open("1/1");
        var third = Open("3/4");
        var feeds = new[] { third.Follow(), whole.Follow() };
        Append(whole, First, "a");
        Append(whole, Second, "b");
        whole.AddHours(new(1, 1, 7, "{}"));
        whole.Retract([new(1, "a", "wrong", "", 1_000), new(2, "b", "wrong", "", 1_000)]);
        Append(third, First, "c");

        var changes = first.Read();
        Assert.Equal(["a", "c"], changes.Events.Select(e => e.EventId).Order());
        Assert.Equal(["a"], changes.Retracted.Select(e => e.EventId));
        Assert.Single(changes.Hours);
        Assert.NotNull(changes.KnownThroughMs);
        changes = second.Read();
        Assert.Equal(["b"], changes.Events.Select(e => e.EventId));
        Assert.Equal(["b"], changes.Retracted.Select(e => e.EventId));
        Assert.Empty(changes.Hours);
        Assert.Equal(["a"], feeds[0].Read().Events.Select(e => e.EventId));
        Assert.Equal(["c"], feeds[1].Read().Events.Select(e => e.EventId));

        // All numbers of a server that has other companies too are dealt with; one that has others only is not asked.
        Assert.Equal(
            [.. new[] { third, whole }.Select(store => store.StoredThrough.ServerId).Order(StringComparer.Ordinal)],
            first.Read().GivenThrough.Select(server => server.ServerId));
        Assert.DoesNotContain(third.StoredThrough.ServerId, second.Read().GivenThrough.Select(one => one.ServerId));
    }

    [Fact]
    public void Each_part_has_an_owner_of_its_own_and_epochs_are_of_all()
    {
        List<MongoStatusStore> stores = [Open("1/2"), Open("2/2"), Open("1/2")];
        Assert.Equal(1, stores[0].OfflinePeriods.TryOwn());
        Assert.Equal(2, stores[1].OfflinePeriods.TryOwn());
        Assert.Null(stores[2].OfflinePeriods.TryOwn());
        Assert.Equal(3, stores[2].OfflinePeriods.TryOwn(force: true));
        Assert.Null(stores[0].OfflinePeriods.TryOwn());
        Assert.Equal(2, stores[1].OfflinePeriods.TryOwn());
    }

    [Fact]
    public void Parts_of_another_division_wait_until_the_owner_of_the_same_companies_is_gone()
    {
        var whole = Open("1/1");
        Assert.Equal(1, whole.OfflinePeriods.TryOwn());
        Assert.True(whole.OfflinePeriods.Replace(1, [new(First, 0, [Period(First, 1, 5)])]));
        List<MongoStatusStore> parts = [Open("1/2"), Open("2/2"), Open("3/4")];
        Assert.All(parts, part => Assert.Null(part.OfflinePeriods.TryOwn()));
        Assert.Equal(1, whole.OfflinePeriods.TryOwn());

        whole.OfflinePeriods.Release();
        Assert.Equal(2, parts[0].OfflinePeriods.TryOwn());
        Assert.Equal(3, parts[1].OfflinePeriods.TryOwn());
        Assert.Null(parts[2].OfflinePeriods.TryOwn());
        Assert.Null(whole.OfflinePeriods.TryOwn());

        // It has no checkpoint and computes all anew, over what the earlier owner wrote.
        Assert.Null(parts[0].OfflinePeriods.ReadChangesSinceCheckpoint());
        Assert.True(parts[0].OfflinePeriods.Replace(2, [new(First, 0, [Period(First, 1, 6)])]));
    }

    [Fact]
    public void Of_owners_of_the_same_companies_the_later_one_stays()
    {
        var (whole, part) = (Open("1/1"), Open("1/2"));
        Assert.Equal(1, whole.OfflinePeriods.TryOwn());
        Assert.Equal(2, part.OfflinePeriods.TryOwn(force: true));
        Assert.True(part.OfflinePeriods.Replace(2, [new(First, 0, [Period(First, 1, 5)])]));
        Assert.False(whole.OfflinePeriods.Replace(1, [new(First, 0, [Period(First, 1, 7)])]));
        Assert.Null(whole.OfflinePeriods.TryOwn());
        Assert.Equal(2, part.OfflinePeriods.TryOwn());
        Assert.Equal(3, whole.OfflinePeriods.TryOwn(force: true));
        Assert.Null(part.OfflinePeriods.TryOwn());
    }

    [Fact]
    public void A_new_owner_goes_on_with_the_changes_of_its_companies()
    {
        var (one, other, whole) = (Open("1/2"), Open("1/2"), Open("1/1"));
        Assert.Equal(1, one.OfflinePeriods.TryOwn());
        Assert.Null(one.OfflinePeriods.ReadChangesSinceCheckpoint());
        Assert.True(one.OfflinePeriods.SaveCheckpoint(1, [one.StoredThrough]));
        one.Follow().Read();
        whole.Follow().Read();
        Append(one, First, "a");
        Append(whole, First with { AgentId = 11 }, "b");
        Append(whole, Second, "c");
        whole.Retract([new(2, "c", "wrong", "", 1_000)]);

        other.OfflinePeriods.TryOwn(force: true);
        Assert.Equal(
            [First, First with { AgentId = 11 }],
            other.OfflinePeriods.ReadChangesSinceCheckpoint()!.Select(change => change.Agent).Order());
    }

    [Fact]
    public void A_checkpoint_from_which_nobody_went_on_for_a_month_is_none()
    {
        var (one, other) = (Open("1/2"), Open("1/2"));
        Assert.Equal(1, one.OfflinePeriods.TryOwn());
        Assert.True(one.OfflinePeriods.SaveCheckpoint(1, [one.StoredThrough]));
        IsOld("projections", "renewed_at", days: 29);
        Assert.Equal(2, other.OfflinePeriods.TryOwn());
        Assert.NotNull(other.OfflinePeriods.ReadChangesSinceCheckpoint());
        IsOld("projections", "renewed_at", days: 31);
        Assert.Equal(3, one.OfflinePeriods.TryOwn());
        Assert.Null(one.OfflinePeriods.ReadChangesSinceCheckpoint());
    }

    [Fact]
    public void A_server_is_forgotten_when_all_parts_have_taken_in_what_it_stored()
    {
        var whole = Open("1/1");
        whole.Follow().Read();
        Append(whole, First, "a");
        var through = whole.StoredThrough;
        var parts = new List<MongoStatusStore> { Open("1/2"), Open("2/2") };
        Assert.Equal(1, parts[0].OfflinePeriods.TryOwn());
        Assert.Equal(2, parts[1].OfflinePeriods.TryOwn());
        parts[0].OfflinePeriods.ReadChangesSinceCheckpoint();
        parts[1].OfflinePeriods.ReadChangesSinceCheckpoint();
        Assert.True(parts[0].OfflinePeriods.SaveCheckpoint(1, [through]));
        IsOld("servers", "seen_at", days: 31);

        parts[0].Follow();
        Assert.Contains(through.ServerId, _database.Read("servers").Select(server => server["_id"].AsString));

        Assert.True(parts[1].OfflinePeriods.SaveCheckpoint(2, [through]));
        parts[0].Follow();
        Assert.DoesNotContain(through.ServerId, _database.Read("servers").Select(server => server["_id"].AsString));
    }

    [Fact]
    public void What_other_parts_write_is_not_late()
    {
        var (first, second, next) = (Open("1/2"), Open("2/2"), Open("1/2"));
        Assert.Equal(1, first.OfflinePeriods.TryOwn());
        Assert.Equal(2, second.OfflinePeriods.TryOwn());
        first.OfflinePeriods.ReadChangesSinceCheckpoint();
        Assert.Equal(3, next.OfflinePeriods.TryOwn(force: true));
        next.OfflinePeriods.ReadChangesSinceCheckpoint();
        Assert.True(first.OfflinePeriods.Replace(1, [new(First, 0, [Period(First, 1, 5)])]));
        Assert.True(second.OfflinePeriods.Replace(2, [new(Second, 0, [Period(Second, 1, 5)])]));
        Assert.Equal([First], next.OfflinePeriods.FindLateWrites(3).Select(change => change.Agent));
    }

    [Fact]
    public void Old_data_is_deleted_by_the_servers_of_its_part()
    {
        var whole = Open("1/1");
        foreach (var agent in (AgentKey[])[First, Second])
        {
            Append(whole, agent, "old", atMs: 5);
            Append(whole, agent, "older", atMs: 4);
            Append(whole, agent, "wrong", atMs: 3);
            foreach (var id in (string[])["wrong", "never"]) whole.Retract([new(agent.CompanyId, id, "", "", 4)]);
        }

        var part = Open("2/2");
        part.LoadRetractions();
        part.Retention!.Keep(new(100, 100));
        foreach (var _ in part.Retention.Delete(100, 100, () => 5)) { }

        Assert.Equal(
            [(1, "old"), (1, "older"), (1, "wrong"), (2, "old")],
            _database.Status.Events.Find(new BsonDocument()).ToEnumerable()
                .Select(one => (one.Event.Agent.CompanyId, one.Event.EventId)).Order());
        Assert.All(_database.Read("retractions"), one => Assert.Equal(1, one["company_id"].ToInt64()));
    }

    [Fact]
    public void An_erasure_waits_for_those_that_have_the_company_and_is_no_others_work()
    {
        var (first, second, whole, quarter) = (Open("1/2"), Open("2/2"), Open("1/1"), Open("1/4"));
        var inQuarter = Enumerable.Range(1, 100).First(id => CompanyPartition.NumberOf(id, 4) == 1);
        Append(whole, First, "a");
        Append(second, Second, "b");
        Append(quarter, new(inQuarter, 1), "c");
        var erasure = new Erasure(First.CompanyId, First.AgentId);
        first.Erasure.Begin(erasure, 1);
        Assert.Null(first.Erasure.EraseNext(erasure, 100, out var waitsFor));
        Assert.Contains(whole.StoredThrough.ServerId, waitsFor);

        // It follows the first part's servers, but does not have the company.
        foreach (var other in (MongoStatusStore[])[second, quarter])
        {
            other.Follow().Read();
            Assert.Empty(other.Erasure.UnderWay.All);
        }

        whole.Follow().Read();
        Assert.Equal([erasure], whole.Erasure.UnderWay.All);
        whole.Erasure.Acknowledge(erasure);
        ErasedCounts? erased = null;
        for (var i = 0; i < 1_000 && erased is null; i++) erased = first.Erasure.EraseNext(erasure, 100, out waitsFor);
        Assert.Equal(new ErasedCounts(1, 0, 0, 0, 0), erased);
    }

    private MongoStatusStore Open(string companies)
    {
        Assert.True(CompanyPartition.TryParse(companies, out var parsed));
        var store = MongoStatusStore.Open(_database.Options with { Companies = parsed });
        _stores.Add(store);
        return store;
    }

    private void IsOld(string collection, string field, int days) => _database.Collection(collection).UpdateMany(
        new BsonDocument(),
        new BsonDocument("$set", new BsonDocument(field, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days))));

    private static void Append(MongoStatusStore store, AgentKey agent, string id, long atMs = 5) =>
        Assert.Equal(AppendOutcome.Stored, Assert.Single(store.Append(
            [new(new(agent, Status.Busy, Origin.Agent, atMs, id), 1_000, false)])).Outcome);

    private static OfflinePeriod Period(AgentKey agent, long startMs, long endMs) =>
        new(agent, startMs, endMs, [new(startMs, endMs)], endMs, 0);
}
