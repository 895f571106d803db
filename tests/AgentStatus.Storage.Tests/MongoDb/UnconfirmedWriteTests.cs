using System.Diagnostics;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>Writes that are not confirmed, or late, on a scripted server: what is said, how soon, and which numbers
/// close.</summary>
[MongoDb]
public sealed class UnconfirmedWriteTests : IDisposable
{
    /// <summary>Time enough to connect on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly SequenceNumbers _numbers = new();
    private readonly ManualResetEventSlim _release = new();
    private readonly ScriptedMongo _server;
    private readonly MongoWriter _writer;
    private Func<BsonDocument?> _insert = () => ScriptedMongo.Ok(new BsonElement("n", 1));
    private Func<BsonDocument?> _find = () => Found(null);

    public UnconfirmedWriteTests()
    {
        _server = new(command => command switch
        {
            "insert" => _insert(),
            "find" => _find(),
            "findAndModify" => ScriptedMongo.Ok(
                new BsonElement("value", new BsonDocument("seen_at", new BsonDateTime(1)))),
            _ => ScriptedMongo.Ok(),
        });
        var settings = ClientSettings.Read(TestDatabase.OptionsOf(_server.ConnectionString), "me");
        settings.RetryWrites = false;
        var database = new StatusDatabase(new MongoClient(settings).GetDatabase("scripted"), "a scripted server");
        var registry = new Membership(
            database, "me", CompanyPartition.Whole, _numbers, ReplicationLimits.Default, TimeProvider.System);
        _writer = new(database, new(database, Limit), registry, new());
    }

    public void Dispose()
    {
        _release.Set();
        _server.Dispose();
        _release.Dispose();
    }

    [Fact]
    public void Append_Confirmed_ClosesItsNumber()
    {
        Assert.Equal(AppendOutcome.Stored, Append().Outcome);
        Assert.Equal(1, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void Append_ThatAMajorityDoesNotConfirm_IsUnreachableAndItsNumberStaysOpenUntilItIsAnswered()
    {
        var confirmed = _insert;
        _insert = () => ScriptedMongo.Ok(
            new("n", 1),
            new("writeConcernError", new BsonDocument { { "code", 64 }, { "errmsg", "waiting timed out" } }));

        Assert.Throws<StoreUnreachableException>(() => Append());
        Assert.Equal(0, _numbers.ConfirmedThrough);

        _insert = confirmed;
        Append("other");
        Assert.Equal(0, _numbers.ConfirmedThrough);
        Append();
        Assert.Equal(3, _numbers.ConfirmedThrough);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(11602)]
    [InlineData(10107)]
    public void Append_RefusedAsAWhole_IsUnreachable(int code)
    {
        _insert = () => ScriptedMongo.Error(code, "not now");

        var refused = Assert.Throws<StoreUnreachableException>(() => Append());

        Assert.Contains("not now", refused.Message);
        Assert.Equal(0, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void Append_ThatIsNotAnsweredInTime_IsUnreachableInTimeAndClosesItsNumberWhenTheNextIsAnswered()
    {
        var confirmed = _insert;
        _insert = () =>
        {
            _release.Wait(Soon);
            return confirmed();
        };
        var started = Stopwatch.GetTimestamp();

        var refused = Assert.Throws<StoreUnreachableException>(() => Append());

        Assert.True(Stopwatch.GetElapsedTime(started) < 2 * Limit);
        Assert.Contains("2000 ms", refused.Message);
        Assert.Equal(0, _numbers.ConfirmedThrough);
        _insert = confirmed;
        Append();
        Assert.Equal(2, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void Append_OfADuplicateThatNoMajorityHasYet_WaitsForIt()
    {
        var looked = 0;
        _insert = Taken;
        _find = () => Found(++looked > 3 ? Status.Busy : null);

        Assert.Equal(AppendOutcome.Duplicate, Append().Outcome);

        Assert.Equal(4, looked);
        Assert.Equal(1, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void Append_OfADuplicateThatCannotBeRead_SaysThatTheWriteWasConfirmedAndWhatFailed()
    {
        _insert = Taken;
        _find = () => ScriptedMongo.Error(8000, "this shard is gone");

        var refused = Assert.Throws<StoreUnreachableException>(() => Append());

        Assert.True(refused.IsOfRead);
        Assert.Contains("Insert: this shard is gone", refused.Message, StringComparison.Ordinal);
        _insert = () => ScriptedMongo.Error(8000, "over quota");
        Assert.False(Assert.Throws<StoreUnreachableException>(() => Append()).IsOfRead);
    }

    [Fact]
    public void Append_OfADuplicateThatNoMajorityGets_IsUnreachable()
    {
        _insert = Taken;

        Assert.Throws<StoreUnreachableException>(() => Append());
    }

    private static BsonDocument Taken() => ScriptedMongo.Ok(
        new("n", 0),
        new("writeErrors", new BsonArray
        {
            new BsonDocument { { "index", 0 }, { "code", 11000 }, { "errmsg", "E11000 duplicate key" } },
        }));

    private static BsonDocument Found(Status? status)
    {
        var batch = new BsonArray();
        if (status is { } value)
        {
            var one = new StatusEvent(new(1, 1), value, Origin.Agent, 5, "a");
            batch.Add(new EventDocument("1/a", one, 1, "me", 1).ToBsonDocument());
        }

        return ScriptedMongo.Ok(new BsonElement("cursor", new BsonDocument
        {
            { "id", 0L }, { "ns", "scripted.status_events" }, { "firstBatch", batch },
        }));
    }

    private AppendResult Append(string id = "a") =>
        _writer.Append([new(new(new(1, 1), Status.Busy, Origin.Agent, 5, id), 1, false)])[0];
}
