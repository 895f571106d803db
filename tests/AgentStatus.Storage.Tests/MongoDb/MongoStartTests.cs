using System.Diagnostics;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>What a start says when the database cannot be used.</summary>
public sealed class MongoStartTests
{
    [Fact]
    public void Open_WhereNobodyListens_SaysWhatToCheckSoonAndWithoutThePassword()
    {
        var started = Stopwatch.GetTimestamp();

        var refused = Assert.Throws<StoreUnreachableException>(
            () => Open("mongodb://me:s3cret@127.0.0.1:1/?authSource=admin"));

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        Assert.Contains("127.0.0.1:1 ", refused.Message);
        Assert.Contains("Check that MongoDB runs", refused.Message);
        Assert.DoesNotContain("s3cret", refused.ToString());
    }

    [Fact]
    public void Open_OfAMalformedConnectionString_SaysSo()
    {
        var refused = Assert.Throws<StoreException>(() => Open("mongo://me:s3cret@somewhere"));

        Assert.Contains("connection string", refused.Message);
        Assert.DoesNotContain("s3cret", refused.ToString());
    }

    [Fact]
    public void Open_OfAServerThatRefusesTheUser_SaysWhatToCheck()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Error(13, "not authorized on there"));

        var refused = Assert.Throws<StoreException>(() => Open(server.ConnectionString));

        Assert.Contains("readWrite", refused.Message);
    }

    [Fact]
    public void Open_OfAnIndexInTheWay_SaysToDropIt()
    {
        using var server = new ScriptedMongo(name => name == "createIndexes"
            ? ScriptedMongo.Error(85, "Index already exists with different options")
            : ScriptedMongo.Nothing());

        var refused = Assert.Throws<StoreException>(() => Open(server.ConnectionString));

        Assert.Contains("drop it", refused.Message);
    }

    [Fact]
    public void Open_OfAServerThatIsTooOld_SaysSo()
    {
        using var server = new ScriptedMongo(_ => ScriptedMongo.Ok(), wireVersion: 8);

        var refused = Assert.Throws<StoreException>(() => Open(server.ConnectionString));

        Assert.Contains("4.4 or newer", refused.Message);
    }

    [Fact]
    public void Open_WhereTheConnectionBreaksOnce_MakesTheIndexesAllTheSame()
    {
        var asked = 0;
        using var server = new ScriptedMongo(name => name switch
        {
            "createIndexes" when Interlocked.Increment(ref asked) == 1 => null,
            "find" or "listIndexes" => ScriptedMongo.Nothing(),
            _ => ScriptedMongo.Ok(new BsonElement("n", 0)),
        });

        Open(server.ConnectionString);

        Assert.Equal(7 + 1, asked);
    }

    [Fact]
    public void Options_AsText_HoldNoPassword() => Assert.DoesNotContain(
        "s3cret", Options("mongodb://me:s3cret@somewhere").ToString());

    private static void Open(string connectionString) => MongoStatusStore.Open(Options(connectionString)).Dispose();

    private static MongoStoreOptions Options(string connectionString) => new()
    {
        ConnectionString = connectionString,
        Database = "there",
        StartTimeout = TimeSpan.FromSeconds(1),
    };
}
