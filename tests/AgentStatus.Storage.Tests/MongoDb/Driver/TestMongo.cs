using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>The MongoDB that the tests use, if there is one: otherwise they skip and say why.</summary>
internal static class TestMongo
{
    private const string Variable = "AGENTSTATUS_TEST_MONGODB";

    /// <summary>Time enough for a busy machine.</summary>
    public static readonly MongoOptions Patient = new()
    {
        ServerSelectionTimeout = TimeSpan.FromSeconds(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        SocketTimeout = TimeSpan.FromSeconds(30),
        WriteConcernTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Where it is; empty if there is none.</summary>
    public static string ConnectionString => Environment.GetEnvironmentVariable(Variable) ?? "";

    public static void RequireLibrary()
    {
        try
        {
            MongoLibrary.Require();
        }
        catch (MongoException missing) when (missing.Domain == MongoErrorDomain.Library)
        {
            Assert.Skip(missing.Message);
        }
    }

    /// <summary>A connection to a database of a new name.</summary>
    public static MongoConnection Connect(MongoOptions? options = null)
    {
        RequireLibrary();
        Assert.SkipWhen(ConnectionString.Length == 0, $"{Variable} names no MongoDB.");
        return MongoConnection.Open(ConnectionString, $"agentstatus_test_{Guid.NewGuid():N}", options ?? Patient);
    }
}
