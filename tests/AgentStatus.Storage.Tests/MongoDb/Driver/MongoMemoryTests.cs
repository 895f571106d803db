using System.Diagnostics;
using System.Globalization;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>
/// Nothing native is left behind, on success and on failure. The number of operations can be set, to look longer:
/// AGENTSTATUS_TEST_LEAK_OPERATIONS=1000000.
/// </summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class MongoMemoryTests(ITestOutputHelper output)
{
    private const int DefaultOperations = 20_000;
    private const long AllowedGrowth = 8 << 20;

    // Longer than the 120 bytes that libbson keeps without asking for memory.
    private static readonly string Long = new('x', 4_000);

    private static readonly byte[] Pong = ScriptedMongo.Ok(reply => reply.String("text"u8, Long));

    private static readonly byte[] Ping = [.. new BsonWriter().Begin().Int32("ping"u8, 1).Finish()];

    private static readonly byte[] Refusal = ScriptedMongo.Ok(reply => reply.Int32("n"u8, 1).BeginArray("writeErrors"u8)
        .BeginDocument().Int32("index"u8, 0).Int32("code"u8, 11000).String("errmsg"u8, Long).End().End());

    private static readonly byte[] Page = ScriptedMongo.Ok(reply => reply.BeginDocument("cursor"u8)
        .Int64("id"u8, 7).String("ns"u8, "d.c").BeginArray("firstBatch"u8)
        .BeginDocument().String("text"u8, Long).End().End().End());

    private readonly BsonWriter _writer = new();

    [Fact]
    public void ManyOperations_LeaveMemoryAsItWas()
    {
        TestMongo.RequireLibrary();
        var operations = int.TryParse(Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_LEAK_OPERATIONS"),
            CultureInfo.InvariantCulture, out var asked) ? asked : DefaultOperations;
        using var server = new ScriptedMongo(Answer, keepCommands: false);
        using var connection = MongoConnection.Open(server.ConnectionString, "d", TestMongo.Patient);
        // The heaps, the pools and the compiler take their share first.
        Operate(connection, DefaultOperations / 2);
        var before = PrivateBytes();

        Operate(connection, operations);

        var after = PrivateBytes();
        output.WriteLine($"{operations} operations: {before >> 10} KiB before, {after >> 10} KiB after");
        Assert.InRange(after - before, long.MinValue, AllowedGrowth);
    }

    private static byte[] Answer(string command) => command switch
    {
        "insert" => Refusal,
        "find" => Page,
        "getMore" => ScriptedMongo.Error(43, "cursor not found"),
        "ping" => Pong,
        _ => ScriptedMongo.Error(59, Long),
    };

    private void Operate(MongoConnection connection, int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            using var client = connection.Rent();
            switch (i % 4)
            {
                case 0:
                    client.Run(Ping);
                    break;
                case 1:
                    Assert.Throws<MongoException>(() => client.Run(_writer.Begin().Int32("other"u8, 1).Finish()));
                    break;
                case 2:
                    Insert(client);
                    break;
                default:
                    FindOneOfMany(client);
                    break;
            }
        }
    }

    private void Insert(MongoClient client)
    {
        using var bulk = client.Bulk("c");
        for (var id = 0; id < 2; id++)
            bulk.Insert(_writer.Begin().Int32("_id"u8, id).String("text"u8, "some text of an event").Finish());
        Assert.Single(bulk.Execute().Errors);
    }

    private void FindOneOfMany(MongoClient client)
    {
        using var cursor = client.Find("c", _writer.Begin().Finish());
        Assert.True(cursor.TryNext(out _));
    }

    private static long PrivateBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux())
            return PrivatePages();
        using var self = Process.GetCurrentProcess();
        return self.PrivateMemorySize64;
    }

    // PrivateMemorySize64 is address space on Linux: this is what was really written to.
    private static long PrivatePages()
    {
        var line = File.ReadLines("/proc/self/smaps_rollup")
            .First(line => line.StartsWith("Private_Dirty:", StringComparison.Ordinal));
        var kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) << 10;
    }
}

/// <summary>Tests that measure their own process: no others run beside them.</summary>
[CollectionDefinition(nameof(AloneOnTheMachine), DisableParallelization = true)]
public sealed class AloneOnTheMachine;
