using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>What is said, and how soon, when a server is not there, falls silent, refuses or does not
/// confirm.</summary>
public sealed class TimedOperationsTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly BsonDocument NoMajority = new() { { "code", 64 }, { "errmsg", "waiting timed out" } };

    [Fact]
    public void Run_WhereNobodyListens_IsUnreachableInTime()
    {
        using var refusing = new TcpListener(IPAddress.Loopback, 0);
        refusing.Start();
        var port = ((IPEndPoint)refusing.LocalEndpoint).Port;
        refusing.Stop();

        var refused = FailInTime($"mongodb://ann:s3cret@127.0.0.1:{port}");

        Assert.Contains("db1 has not answered within 500 ms", refused.Message);
        Assert.Contains("refused", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("s3cret", refused.ToString());
    }

    [Fact]
    public void Run_WhereTheServerNeverAnswers_IsUnreachableInTime()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        FailInTime($"mongodb://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
    }

    [Fact]
    public void Run_OfAHostThatIsNotThere_IsUnreachableInTime() => FailInTime("mongodb://nowhere.invalid");

    [Fact]
    public void Write_WhereTheServerFallsSilent_IsUnreachableInTime_AndTheNextSucceeds()
    {
        using var over = new ManualResetEventSlim();
        var asked = 0;
        using var server = new ScriptedMongo(_ =>
        {
            if (Interlocked.Increment(ref asked) == 1) over.Wait(Soon);
            return ScriptedMongo.Ok(new BsonElement("n", 1));
        });
        var database = Connect(server.ConnectionString);
        new TimedOperations(database, Soon).Run(time => database.HelloAsync(time.Token));
        var started = Stopwatch.GetTimestamp();

        Assert.Throws<StoreUnreachableException>(() => Insert(database, TimeSpan.FromMilliseconds(500)));

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 400, 2_000);
        Assert.Empty(Insert(database, Soon));
        over.Set();
    }

    [Fact]
    public void Run_OfAReadingThatGoesOn_HasItsTimeForEachAnswer()
    {
        var database = Connect("mongodb://127.0.0.1:1");
        var quarter = TimeSpan.FromMilliseconds(250);

        Assert.True(new TimedOperations(database, 3 * quarter, isPerAnswer: true).Run(GoOnAsync));
        Assert.Throws<StoreUnreachableException>(() => new TimedOperations(database, 3 * quarter).Run(GoOnAsync));

        async Task<bool> GoOnAsync(TimeLimit time)
        {
            for (var answers = 0; answers < 8; answers++)
            {
                await Task.Delay(quarter, time.Token);
                time.Answered();
            }

            return true;
        }
    }

    [Fact]
    public async Task Run_OfMoreThanMayRunAtATime_WaitsForAPlaceWithinItsLimit()
    {
        var first = new TaskCompletionSource<int>();
        var operations = new TimedOperations(
            Connect("mongodb://127.0.0.1:1"), TimeSpan.FromMilliseconds(500), atATime: 1);
        var running = operations.RunAsync(_ => first.Task);

        await Assert.ThrowsAsync<StoreUnreachableException>(() => operations.RunAsync(_ => Task.FromResult(2)));
        var waiting = operations.RunAsync(_ => Task.FromResult(3));
        first.SetResult(1);

        var given = await Task.WhenAll(running, waiting);
        Assert.Equal([1, 3], given);
    }

    [Fact]
    public void Run_ThatFailsForAReasonOfItsOwn_ThrowsThat()
    {
        var failure = new InvalidOperationException();

        Assert.Same(failure, Assert.Throws<InvalidOperationException>(
            () => new TimedOperations(Connect("mongodb://127.0.0.1:1"), Soon).Run<int>(_ => throw failure)));
    }

    [Fact]
    public void Write_OfTakenIds_NamesThem()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(
            new("n", 1), new("writeErrors", new BsonArray { Error(0, 11000), Error(2, 11000) })));

        Assert.Equal([0, 2], Insert(Connect(server.ConnectionString), Soon));
    }

    [Fact]
    public void Write_OfATakenIdAndAnInvalidDocument_IsNotConfirmed()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(
            new("n", 1), new("writeErrors", new BsonArray { Error(0, 11000), Error(2, 121) })));

        var refused = Assert.Throws<StoreUnreachableException>(() => Insert(Connect(server.ConnectionString), Soon));

        Assert.Contains("error 121", refused.Message);
    }

    [Fact]
    public void Write_OfATakenIdAndWithoutAMajority_IsNotConfirmed()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(
            new("n", 1), new("writeErrors", new BsonArray { Error(0, 11000) }), new("writeConcernError", NoMajority)));

        Assert.Throws<StoreUnreachableException>(() => Insert(Connect(server.ConnectionString), Soon));
    }

    [Fact]
    public void Run_OfACommandWithoutAMajority_IsUnreachable()
    {
        using var server = new ScriptedMongo(name => name == "listIndexes"
            ? ScriptedMongo.Nothing()
            : ScriptedMongo.Ok(new BsonElement("writeConcernError", NoMajority)));
        var database = Connect(server.ConnectionString);

        Assert.Throws<StoreUnreachableException>(
            () => new TimedOperations(database, Soon).Run(time => Indexes.MakeAsync(database, time.Token)));
    }

    [Fact]
    public void Write_WhereTheConnectionBreaks_IsRetriedOnce()
    {
        var asked = 0;
        using var server = new ScriptedMongo(_ => Interlocked.Increment(ref asked) == 1
            ? null
            : ScriptedMongo.Ok(new BsonElement("n", 3)));

        Assert.Empty(Insert(Connect(server.ConnectionString), Soon));
        Assert.Equal(["insert", "insert"], server.Commands);
    }

    [Theory]
    [InlineData(10107, "not primary", true)]
    [InlineData(91, "shutting down", true)]
    [InlineData(50, "operation exceeded time limit", true)]
    [InlineData(189, "stepped down", true)]
    [InlineData(13, "not authorized", false)]
    [InlineData(18, "authentication failed", false)]
    [InlineData(8000, "over quota", false)]
    public void Run_RefusedAsAWhole_TellsWhetherWaitingHelps(int code, string message, bool isUnreachable)
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Error(code, message));
        var database = Connect(server.ConnectionString);

        var refused = Assert.ThrowsAny<StoreException>(() => new TimedOperations(database, Soon).Run(
            time => EventReads.ReadAsync(database, new(1, 1), 0, 1, new Retractions(), time)));

        Assert.Equal(isUnreachable, refused is StoreUnreachableException);
        Assert.Equal(code is 13 or 18, refused.Message.Contains("readWrite"));
        if (code != 50) Assert.Contains(message, refused.Message);
    }

    [Fact]
    public void Run_WithAWrongPassword_SaysSoWithoutIt()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Error(18, "Authentication failed."));
        var database = Connect(server.ConnectionString.Replace("://", "://ann:s3cret@"));

        var refused = Assert.Throws<StoreException>(
            () => new TimedOperations(database, Soon).Run(time => database.HelloAsync(time.Token)));

        Assert.Contains("Authentication failed", refused.Message);
        Assert.Contains("Check user, password", refused.Message);
        Assert.DoesNotContain("s3cret", refused.ToString());
        Assert.Equal(["saslStart"], server.Commands);
    }

    private static StoreUnreachableException FailInTime(string connectionString)
    {
        var database = Connect(connectionString);
        var started = Stopwatch.GetTimestamp();
        var refused = Assert.Throws<StoreUnreachableException>(
            () => new TimedOperations(database, TimeSpan.FromMilliseconds(500)).Run(
                time => database.HelloAsync(time.Token)));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 0, 2_500);
        return refused;
    }

    private static IReadOnlyList<int> Insert(StatusDatabase database, TimeSpan limit)
    {
        var documents = Enumerable.Range(0, 3).Select(
            number => new HoursDocument($"1/{number}", new(1, number, 5, "{}"), "me", number));
        return new TimedOperations(database, limit).Write(time => database.Hours.InsertAsync(documents, time.Token));
    }

    private static BsonDocument Error(int index, int code) =>
        new() { { "index", index }, { "code", code }, { "errmsg", $"error {code}" } };

    private static StatusDatabase Connect(string connectionString) => new(
        new MongoClient(ClientSettings.Read(TestDatabase.OptionsOf(connectionString), $"{Guid.NewGuid()}"))
            .GetDatabase("scripted"),
        "db1");
}
