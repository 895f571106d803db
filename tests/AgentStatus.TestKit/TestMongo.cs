using System.Net;
using System.Net.Sockets;

namespace AgentStatus.TestKit;

/// <summary>The MongoDB that the tests use, if there is one: otherwise they skip and say why.</summary>
public static class TestMongo
{
    private const string Variable = "AGENTSTATUS_TEST_MONGODB";

    private static readonly Lazy<string> Found =
        new(() => Environment.GetEnvironmentVariable(Variable) ?? FindTestServer() ?? "");

    /// <summary>Where it is: the variable says it, else it is the test server if that is up; empty if there is
    /// none.</summary>
    public static string ConnectionString => Found.Value;

    /// <summary>Skips the test where there is none; a test that does not say that it needs one fails.</summary>
    public static void Require()
    {
        CheckTrait();
        Assert.SkipWhen(
            ConnectionString.Length == 0, $"{Variable} names no MongoDB, and tests/MongoTestServer is not up.");
    }

    /// <summary>What tests/MongoTestServer says of itself while it is up, by the keys in its README; skips the test
    /// where it is not.</summary>
    public static IReadOnlyDictionary<string, string> RequireEndpoints()
    {
        CheckTrait();
        var endpoints = FindEndpoints();
        Assert.SkipWhen(endpoints is null, "tests/MongoTestServer is not up: faults can be ordered from it alone.");
        return endpoints;
    }

    private static void CheckTrait() => Assert.True(
        TestContext.Current.Test?.Traits.GetValueOrDefault("Category")?.Contains(MongoDbAttribute.Category) ?? false,
        "A test that needs MongoDB is marked [MongoDb].");

    /// <summary>The file that it leaves while it is up, and also where it was ended by force.</summary>
    private static Dictionary<string, string>? FindEndpoints()
    {
        var directory = Environment.GetEnvironmentVariable("AGENTSTATUS_MONGO_TEST_DIR")
            ?? Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "agentstatus",
                "mongo-test-server");
        var file = Path.Combine(directory, "endpoints");
        return File.Exists(file)
            ? File.ReadLines(file).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1])
            : null;
    }

    /// <summary>The test server, if it answers.</summary>
    private static string? FindTestServer()
    {
        if (FindEndpoints()?["uri"] is not { } uri) return null;
        try
        {
            using var connection = new TcpClient();
            connection.Connect(IPEndPoint.Parse(new Uri(uri).Authority));
            return uri;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
