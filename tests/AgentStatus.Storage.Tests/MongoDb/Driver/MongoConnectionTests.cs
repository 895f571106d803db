using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>Connection strings, and servers that are not there or do not answer.</summary>
public sealed class MongoConnectionTests
{
    private static readonly byte[] Ping = [.. new BsonWriter().Begin().Int32("ping"u8, 1).Finish()];

    public MongoConnectionTests() => TestMongo.RequireLibrary();

    [Theory]
    [InlineData("mongodb://db1:27017,db2/?replicaSet=r", "db1:27017,db2 (database d)")]
    [InlineData("mongodb://ann:s3cret@db1/admin", "db1 (database d)")]
    [InlineData("mongodb://db1/?appName=a%40b", "db1 (database d)")]
    [InlineData("mongodb://a%40nn:s3%40cret@[::1]:5", "[::1]:5 (database d)")]
    public void Description_NamesServersAndDatabaseOnly(string text, string expected)
    {
        using var connection = Open(text);

        Assert.Equal(expected, connection.Description);
    }

    [Theory]
    [InlineData("http://db1")]
    [InlineData("")]
    [InlineData("mongodb://")]
    [InlineData("mongodb://ann:s3cret@db1:port")]
    [InlineData("mongodb://ann:s3cret@db1:99999")]
    [InlineData("mongodb://ann:s3cret@/?x=y")]
    [InlineData("mongodb://ann:s3/cret@db1/")]
    [InlineData("mongodb://ann:s3:cret@db1/")]
    [InlineData("mongodb://ann:s3cret%zz@db1/")]
    [InlineData("mongodb://db1/?tls=true&tlsCertificateKeyFilePassword=s3cret%zz")]
    public void Open_OfAMalformedString_SaysSoWithoutItsSecrets(string text)
    {
        var refused = Assert.Throws<MongoException>(() => Open(text).Dispose());

        Assert.StartsWith("The MongoDB connection string cannot be used: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", refused.Message.Replace("secret is", ""), StringComparison.Ordinal);
        Assert.Null(refused.InnerException);
    }

    [Fact]
    public void Run_WhereNobodyListens_FailsWithinServerSelection()
    {
        using var refusing = new TcpListener(IPAddress.Loopback, 0);
        refusing.Start();
        var port = ((IPEndPoint)refusing.LocalEndpoint).Port;
        refusing.Stop();
        using var connection = Open($"mongodb://ann:s3cret@127.0.0.1:{port}");

        var (failure, took) = Fail(connection);

        Assert.True(failure.IsUnreachable);
        Assert.False(failure.IsAuthentication);
        Assert.Contains($"127.0.0.1:{port} (database d)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
        Assert.InRange(took.TotalMilliseconds, 0, 2_000);
    }

    [Fact]
    public void Run_WhereTheServerNeverAnswers_FailsWithinServerSelection()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var connection = Open($"mongodb://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");

        var (failure, took) = Fail(connection);

        Assert.True(failure.IsUnreachable);
        Assert.InRange(took.TotalMilliseconds, 0, 2_000);
    }

    [Fact]
    public void Rent_WhileAllAreInUse_FailsAfterItsTime()
    {
        using var connection = Open("mongodb://127.0.0.1:1");
        using var first = connection.Rent();
        using var second = connection.Rent();
        var started = Stopwatch.GetTimestamp();

        var refused = Assert.Throws<MongoException>(() => connection.Rent().Dispose());

        Assert.Equal(MongoErrorDomain.Pool, refused.Domain);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 200, 2_000);
    }

    [Fact]
    public void Dispose_WithAClientOut_WaitsForIt()
    {
        var connection = Open("mongodb://127.0.0.1:1");
        var client = connection.Rent();
        connection.Dispose();

        Assert.Throws<MongoException>(() => client.Run(Ping));
        client.Dispose();

        Assert.Throws<ObjectDisposedException>(() => connection.Rent().Dispose());
    }

    private static MongoConnection Open(string text) => MongoConnection.Open(text, "d", new()
    {
        ServerSelectionTimeout = TimeSpan.FromMilliseconds(300),
        ConnectTimeout = TimeSpan.FromMilliseconds(300),
        SocketTimeout = TimeSpan.FromMilliseconds(300),
        WriteConcernTimeout = TimeSpan.FromMilliseconds(300),
        MaxClients = 2,
    });

    private static (MongoException Failure, TimeSpan Took) Fail(MongoConnection connection)
    {
        using var client = connection.Rent();
        var started = Stopwatch.GetTimestamp();
        var failure = Assert.Throws<MongoException>(() => client.Run(Ping));
        return (failure, Stopwatch.GetElapsedTime(started));
    }
}
