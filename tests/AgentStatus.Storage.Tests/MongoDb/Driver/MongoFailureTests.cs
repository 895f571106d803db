using System.Diagnostics;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>What a caller is told when a server fails in the middle, refuses or does not confirm.</summary>
public sealed class MongoFailureTests
{
    public MongoFailureTests() => TestMongo.RequireLibrary();

    [Fact]
    public void Execute_WithRefusedDocuments_ListsThem()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(reply => reply.Int32("n"u8, 1)
            .BeginArray("writeErrors"u8)
            .BeginDocument().Int32("index"u8, 0).Int32("code"u8, 11000).String("errmsg"u8, "E11000 dup").End()
            .BeginDocument().Int32("index"u8, 2).Int32("code"u8, 121).String("errmsg"u8, "invalid").End()
            .End()));

        var result = Insert(server, 3);

        Assert.Equal(1, result.Inserted);
        Assert.Equal([new(0, 11000, "E11000 dup"), new(2, 121, "invalid")], result.Errors);
        Assert.Equal([true, false], result.Errors.Select(error => error.IsDuplicateKey));
        Assert.Null(result.Unconfirmed);
    }

    [Fact]
    public void Execute_WithoutAMajority_IsUnconfirmed()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(reply => WriteConcernError(reply.Int32("n"u8, 2))));

        var result = Insert(server, 2);

        Assert.Equal(2, result.Inserted);
        Assert.Empty(result.Errors);
        Assert.True(result.Unconfirmed?.IsUnconfirmed);
        Assert.Equal(64, result.Unconfirmed?.Code);
    }

    [Fact]
    public void Execute_WithRefusedDocumentsAndWithoutAMajority_TellsBoth()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(reply => WriteConcernError(reply.Int32("n"u8, 1)
            .BeginArray("writeErrors"u8)
            .BeginDocument().Int32("index"u8, 1).Int32("code"u8, 11000).String("errmsg"u8, "E11000 dup").End()
            .End())));

        var result = Insert(server, 2);

        Assert.Equal([1], result.Errors.Select(error => error.Index));
        Assert.True(result.Unconfirmed?.IsUnconfirmed);
    }

    [Fact]
    public void Execute_WhereTheServerFallsSilent_FailsAfterTheSocketTimeout()
    {
        using var over = new ManualResetEventSlim();
        using var server = new ScriptedMongo(_ =>
        {
            over.Wait(TimeSpan.FromSeconds(30));
            return null;
        });
        var started = Stopwatch.GetTimestamp();

        var failure = Assert.Throws<MongoException>(() => Insert(server, 2, retry: false, socketTimeout: 300));

        var took = Stopwatch.GetElapsedTime(started);
        over.Set();
        Assert.True(failure.IsUnreachable);
        Assert.False(failure.IsUnconfirmed);
        Assert.InRange(took.TotalMilliseconds, 250, 8_000);
        Assert.Equal(["insert"], server.Commands);
    }

    [Fact]
    public void Execute_WhereTheConnectionBreaks_IsRetriedOnce()
    {
        var calls = 0;
        using var server = new ScriptedMongo(_ => Interlocked.Increment(ref calls) == 1
            ? null
            : ScriptedMongo.Ok(reply => reply.Int32("n"u8, 2)));

        Assert.Equal(2, Insert(server, 2).Inserted);
        Assert.Equal(["insert", "insert"], server.Commands);
    }

    [Fact]
    public void Execute_WhereTheConnectionBreaksAndNoRetryIsAsked_Fails()
    {
        using var server = new ScriptedMongo(_ => null);

        Assert.True(Assert.Throws<MongoException>(() => Insert(server, 2, retry: false)).IsUnreachable);
        Assert.Equal(["insert"], server.Commands);
    }

    [Theory]
    [InlineData(10107, "not primary", true, false)]
    [InlineData(91, "shutting down", true, false)]
    [InlineData(13, "not authorized", false, true)]
    [InlineData(18, "authentication failed", false, true)]
    [InlineData(8000, "over quota", false, false)]
    public void Execute_RefusedAsAWhole_Fails(int code, string message, bool isUnreachable, bool isAuthentication)
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Error(code, message));

        var failure = Assert.Throws<MongoException>(() => Insert(server, 2, retry: false));

        Assert.Equal((MongoErrorDomain.Server, code), (failure.Domain, failure.Code));
        Assert.Equal((isUnreachable, isAuthentication), (failure.IsUnreachable, failure.IsAuthentication));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAWriteConcernError_IsUnconfirmed()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(reply => reply.BeginDocument("writeConcernError"u8)
            .Int32("code"u8, 64).String("errmsg"u8, "waiting for replication timed out").End()));
        using var connection = Connect(server, retry: true);
        using var client = connection.Rent();
        var command = new BsonWriter();

        var failure = Assert.Throws<MongoException>(
            () => client.Run(command.Begin().String("createIndexes"u8, "c").Finish()));

        Assert.True(failure.IsUnconfirmed);
    }

    [Fact]
    public void Run_WithAWrongPassword_SaysSoWithoutIt()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Error(18, "Authentication failed."));
        using var connection = MongoConnection.Open(
            server.ConnectionString.Replace("://", "://ann:s3cret@"), "d", TestMongo.Patient);
        using var client = connection.Rent();

        var failure = Assert.Throws<MongoException>(
            () => client.Run(new BsonWriter().Begin().Int32("ping"u8, 1).Finish()));

        Assert.True(failure.IsAuthentication);
        Assert.False(failure.IsUnreachable);
        Assert.Contains("Authentication failed", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(["saslStart"], server.Commands);
    }

    [Fact]
    public void TryNext_WhereTheServerFails_Throws()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Error(50, "operation exceeded time limit"));
        using var connection = Connect(server, retry: true);
        using var client = connection.Rent();
        using var cursor = client.Find("c", new BsonWriter().Begin().Finish());

        var failure = Assert.Throws<MongoException>(() => cursor.TryNext(out _));

        Assert.True(failure.IsTimeLimit);
        Assert.Equal(["find"], server.Commands);
    }

    private static MongoBulkResult Insert(
        ScriptedMongo server, int documents, bool retry = true, int socketTimeout = 10_000)
    {
        using var connection = Connect(server, retry, socketTimeout);
        using var client = connection.Rent();
        using var bulk = client.Bulk("c");
        var writer = new BsonWriter();
        for (var i = 0; i < documents; i++)
            bulk.Insert(writer.Begin().Int32("_id"u8, i).Finish());
        return bulk.Execute();
    }

    private static void WriteConcernError(BsonWriter reply) => reply.BeginDocument("writeConcernError"u8)
        .Int32("code"u8, 64).String("codeName"u8, "WriteConcernFailed")
        .String("errmsg"u8, "waiting for replication timed out")
        .BeginDocument("errInfo"u8).Bool("wtimeout"u8, true).End().End();

    private static MongoConnection Connect(ScriptedMongo server, bool retry, int socketTimeout = 10_000) =>
        MongoConnection.Open(server.ConnectionString, "d", new()
        {
            ServerSelectionTimeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            SocketTimeout = TimeSpan.FromMilliseconds(socketTimeout),
            WriteConcernTimeout = TimeSpan.FromSeconds(1),
            Retry = retry,
        });
}
