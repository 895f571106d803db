using AgentStatus.Storage.Sqlite;
using Grpc.Core;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Server.Tests.Retention;

/// <summary>kill -9 of a real server while it deletes what lies before the cut.</summary>
public sealed class RetentionCrashTests(ITestOutputHelper output)
{
    private const long CompanyId = 7;
    private const int Agents = 100;
    private const int EventsOfAgent = 200;
    private const int Kills = 3;

    [Fact]
    public async Task A_pass_that_was_killed_goes_on_to_the_end_of_one_that_was_not()
    {
        using var directory = new TempDirectory();
        var (whole, killed) = (directory.File("whole"), directory.File("killed"));
        Fill(whole);
        Directory.CreateDirectory(killed);
        foreach (var file in Directory.GetFiles(whole)) File.Copy(file, file.Replace(whole, killed));
        await EndAsync(whole);

        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await ServerProcess.ServingAsync(killed);
            var before = Read(killed).Count;
            await Until.TrueAsync(() => Read(killed).Count < before || IsDone(server));
            await server.KillAsync();
            output.WriteLine($"{Read(killed).Count} left, the pass was {(IsDone(server) ? "at" : "before")} its end");
        }

        await EndAsync(killed);
        Assert.Equal(Read(whole), Read(killed));
        Assert.InRange(Read(whole).Count, Agents, Agents * EventsOfAgent / 2);
    }

    /// <summary>Agents with events from before a cut of yesterday's and after it, some of them retracted.</summary>
    private static void Fill(string path)
    {
        var cut = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero).AddDays(-1);
        var cutMs = cut.ToUnixTimeMilliseconds();
        using var store = SqliteStatusStore.Open(path);
        for (var agent = 1; agent <= Agents; agent++)
        {
            var events = Enumerable.Range(0, EventsOfAgent).Select(i => new StatusEvent(
                new(CompanyId, agent), i % 2 == 0 ? Core.Status.Online : Core.Status.Away, Origin.Agent,
                cut.AddHours(3 * (20 - i)).ToUnixTimeMilliseconds(), $"{agent}/{i}"));
            store.Append([.. events.Select(e => new EventToAppend(e, cutMs, AnyOccurredAt: false))]);
            store.Retract(
                [.. Enumerable.Range(0, 20).Select(i => new Retraction(CompanyId, $"{agent}/{10 * i}", "", "", cutMs))]);
        }

        store.Retention!.Keep(new(cutMs, cutMs));
    }

    private static bool IsDone(ServerProcess server) => server.Output.Contains("What lay before");

    /// <summary>Lets a server go on until all is gone, and asks it whether what is left is right.</summary>
    private static async Task EndAsync(string path)
    {
        using var server = await ServerProcess.ServingAsync(path);
        await Until.TrueAsync(() => IsDone(server), () => server.Output);
        using var call = new V1.AdminService.AdminServiceClient(server.Channel).Verify(new());
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            Assert.Empty(message.Faults.Select(fault => fault.Description));
        server.Terminate();
        await server.ExitedAsync();
    }

    /// <summary>The ids of the events, and of the retractions behind them.</summary>
    private static List<string> Read(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(path, SqliteStatusStore.FileName),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT event_id FROM (
                SELECT 1 AS kind, event_id FROM status_events UNION ALL SELECT 2, event_id FROM retractions)
            ORDER BY kind, event_id
            """;
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read()) ids.Add(reader.GetString(0));
        return ids;
    }
}
