using System.Diagnostics;
using AgentStatus.Core;
using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.MongoDb.Following;
using AgentStatus.Storage.Tests.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>
/// Writes that are not confirmed, or late, on a scripted server: what is said, how soon, and which numbers close.
/// </summary>
public sealed class UnconfirmedWriteTests : IDisposable
{
    /// <summary>Time enough to connect on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly SequenceNumbers _numbers = new();
    private readonly ManualResetEventSlim _release = new();
    private readonly ScriptedMongo _server;
    private readonly MongoConnection _connection;
    private readonly TimedCalls _calls;
    private readonly MongoWriter _writer;
    private Func<byte[]?> _insert = () => ScriptedMongo.Ok(reply => reply.Int32("n"u8, 1));
    private Func<byte[]?> _find = () => Found(null);

    public UnconfirmedWriteTests()
    {
        TestMongo.RequireLibrary();
        _server = new(command => command switch
        {
            "insert" => _insert(),
            "find" => _find(),
            "findAndModify" => ScriptedMongo.Ok(reply => reply.BeginDocument("value"u8).Date("seen_at"u8, 1).End()),
            _ => ScriptedMongo.Ok(),
        });
        _connection = MongoConnection.Open(
            _server.ConnectionString, "scripted", TestMongo.Patient with { Retry = false });
        _calls = new(_connection, Limit, "test-writes");
        _writer = new(_calls, new("me", _numbers, FollowingLimits.Default, Limit, TimeProvider.System));
    }

    public void Dispose()
    {
        _release.Set();
        _calls.Dispose();
        _connection.Dispose();
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
        _insert = () => ScriptedMongo.Ok(reply => reply.Int32("n"u8, 1)
            .BeginDocument("writeConcernError"u8).Int32("code"u8, 64).String("errmsg"u8, "waiting timed out").End());

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

        Assert.Contains("not now", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void Append_ThatIsNotAnsweredInTime_IsUnreachableInTimeAndClosesItsNumberWhenItIs()
    {
        var confirmed = _insert;
        _insert = () =>
        {
            _release.Wait(Soon);
            return confirmed();
        };
        var started = Stopwatch.GetTimestamp();

        Assert.Throws<StoreUnreachableException>(() => Append());

        Assert.True(Stopwatch.GetElapsedTime(started) < 2 * Limit);
        Assert.Throws<StoreUnreachableException>(() => Append());
        Assert.Equal(0, _numbers.ConfirmedThrough);
        Assert.Equal(1, _numbers.Taken);
        _release.Set();
        Assert.True(SpinWait.SpinUntil(() => _numbers.ConfirmedThrough == 1, Soon));
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
    public void Append_OfADuplicateThatNoMajorityGets_IsUnreachable()
    {
        _insert = Taken;

        Assert.Throws<StoreUnreachableException>(() => Append());
    }

    private static byte[] Taken() => ScriptedMongo.Ok(reply => reply.Int32("n"u8, 0)
        .BeginArray("writeErrors"u8).BeginDocument()
        .Int32("index"u8, 0).Int32("code"u8, 11000).String("errmsg"u8, "E11000 duplicate key")
        .End().End());

    private static byte[] Found(Status? status) => ScriptedMongo.Ok(reply =>
    {
        reply.BeginDocument("cursor"u8).Int64("id"u8, 0).String("ns"u8, "scripted.status_events")
            .BeginArray("firstBatch"u8);
        if (status is { } value)
        {
            reply.BeginDocument().String("_id"u8, "1/a");
            EventDocument.WriteContent(reply, new(new(1, 1), value, Origin.Agent, 5, "a"), 1);
            reply.End();
        }

        reply.End().End();
    });

    private AppendResult Append(string id = "a") =>
        _writer.Append([new(new(new(1, 1), Status.Busy, Origin.Agent, 5, id), 1, false)])[0];
}
