using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.Spool;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>The parts depend on each other in one direction, and only the edge knows gRPC.</summary>
public sealed class DependencyTests
{
    private const string Server = "AgentStatus.Server";

    /// <summary>What the edge is made of: the contract's messages, gRPC and the web server.</summary>
    private static readonly string[] Edge =
        ["AgentStatus.V1", "AgentStatus.Protos", "AgentStatus.Server", "Google", "Grpc", "Microsoft.AspNetCore"];

    /// <summary>By folder: the folders that it uses, each with an example. The files above all folders are
    /// "".</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Uses = Types()
        .GroupBy(Folder)
        .ToDictionary(folder => folder.Key, folder => folder
            .SelectMany(type => CompiledCode.UsesOf(type).Select(used => (Type: type, Used: used)))
            .Where(use => IsServers(use.Used) && Folder(use.Used) != folder.Key)
            .GroupBy(use => Folder(use.Used))
            .ToDictionary(used => used.Key, used => $"{used.First().Type.FullName} -> {used.First().Used.Name}"));

    public static TheoryData<Type> BelowTheServer => new(
        typeof(StatusEvent), typeof(IStatusStore), typeof(SqliteStatusStore), typeof(MongoStatusStore),
        typeof(SpoolingStore));

    [Fact]
    public void No_folders_of_the_server_use_each_other_in_a_circle()
    {
        Assert.Contains("Memory", Uses["Recording"].Keys);
        var left = Uses.Keys.ToHashSet();

        // Who uses none of those that are left, or is used by none of them, is on no circle.
        while (left.RemoveWhere(folder => !Uses[folder].Keys.Any(left.Contains)
            || !left.Any(user => IsUsedBy(user, folder))) > 0)
        {
        }

        Assert.True(left.Count == 0, string.Join('\n', left.SelectMany(folder => Uses[folder])
            .Where(use => left.Contains(use.Key)).Select(use => use.Value)));
    }

    [Fact]
    public void Only_Access_Grpc_Http_and_Hosting_know_the_edge()
    {
        var users = Types()
            .Where(type => CompiledCode.UsesOf(type).Any(used => !IsServers(used) && IsEdge(used.Namespace)));
        Assert.Equal(["Access", "Grpc", "Hosting", "Http"], users.Select(Folder).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(BelowTheServer))]
    public void What_is_below_the_server_knows_neither_it_nor_the_edge(Type typeOfTheAssembly) => Assert.DoesNotContain(
        typeOfTheAssembly.Assembly.GetReferencedAssemblies(), assembly => IsEdge(assembly.Name));

    private static bool IsUsedBy(string user, string folder) => Uses[user].ContainsKey(folder);

    private static IEnumerable<Type> Types() => typeof(Instruments).Assembly.GetTypes().Where(IsServers);

    private static bool IsServers(Type type) => IsIn(type.Namespace, Server);

    private static bool IsEdge(string? name) => Edge.Any(part => IsIn(name, part));

    private static bool IsIn(string? name, string part) =>
        name == part || name?.StartsWith($"{part}.", StringComparison.Ordinal) == true;

    private static string Folder(Type type) => type.Namespace![Server.Length..].TrimStart('.');
}
