using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli.Transfer;

/// <summary>What `export` wrote, `import` reads: an empty server gives the same answers then.</summary>
public sealed class RoundTripTests
{
    private const string Horizon = "3650.00:00:00";
    private static readonly Timestamp From = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2025-09-20T00:00:00Z"));

    [Theory]
    [InlineData("events.ndjson")]
    [InlineData("events.csv.gz")]
    public async Task An_exported_company_is_the_same_on_another_server(string name)
    {
        using var files = new TempDirectory();
        using var storage = new TempDirectory();
        using var first = await ServerProcess.ServingAsync(storage.Path, "--Memory:Horizon", Horizon);
        Assert.Equal(0, (await Shell.RunAsync(first.Endpoint, "seed --company 7 --agents 12 --days 9")).ExitCode);
        await Shell.RunAsync(
            first.Endpoint,
            "record --company 7 --agent 99 --status away --origin agent --label Ž,\"; --actor a|b --at -3h --event-id q,1");
        await Shell.RunAsync(first.Endpoint, "retract --company 7 --event-id q,1 --reason it's --actor me");
        await Shell.RunAsync(
            first.Endpoint, "record --company 7 --agent 99 --status busy --origin agent --at -2h --sequence -5");
        var file = files.File(name);

        var exported = await Shell.RunAsync(first.Endpoint, $"export --company 7 --output {file}");

        Assert.Equal((0, ""), (exported.ExitCode, exported.Error));
        Assert.Equal(name, Assert.Single(Directory.GetFiles(files.Path).Select(Path.GetFileName)));
        using var other = new TempDirectory();
        using var second = await ServerProcess.ServingAsync(other.Path, "--Memory:Horizon", Horizon);
        var imported = await Shell.RunAsync(second.Endpoint, $"import {file} --company 7");
        Assert.Equal((0, ""), (imported.ExitCode, imported.Error));
        Assert.Equal(await AnswersAsync(first), await AnswersAsync(second));
        var events = await EventsAsync(first);
        Assert.Equal(events, await EventsAsync(second));
        Assert.Contains(events, e => e.EventId == "q,1" && e.RetractionReason == "it's" && e.Label == "Ž,\"; ".Trim());

        var again = await Shell.RunAsync(second.Endpoint, $"import {file} --company 7");
        Assert.Contains($" 0 events recorded, {events.Count:N0} were there already", again.Out);
        Assert.Equal(events, await EventsAsync(second));
    }

    [Fact]
    public async Task An_export_of_a_time_has_its_events_alone_and_goes_to_the_output()
    {
        using var storage = new TempDirectory();
        using var server = await ServerProcess.ServingAsync(storage.Path);
        for (var hour = 1; hour <= 3; hour++)
            await Shell.RunAsync(
                server.Endpoint, $"record --company 7 --agent 1 --status online --origin agent --at -{hour}h --event-id {hour}");

        var (exitCode, output, _) = await Shell.RunAsync(
            server.Endpoint, "export --company 7 --from -150m --to -1h --format csv");

        Assert.Equal(0, exitCode);
        var lines = output.Split('\n');
        Assert.StartsWith("occurred_at,agent_id,status,origin,label,", lines[0]);
        Assert.StartsWith("2025-10-01T08:00:00.000Z,1,ONLINE,AGENT,,,,,2,", Assert.Single(lines[1..]));
        Assert.Contains(
            "\"eventId\": \"3\"", (await Shell.RunAsync(server.Endpoint, "export --company 7 --to -2h")).Out);
    }

    private static async Task<List<AgentBreakdown>> AnswersAsync(ServerProcess server)
    {
        using var client = new AgentStatusClient(new() { Endpoint = server.Endpoint });
        return await client.GetBreakdownAsync(new()
        {
            CompanyId = 7,
            StartTime = From,
            EndTime = Timestamp.FromDateTimeOffset(Shell.Now),
            Granularity = Granularity.Hour,
            TimeZone = "Europe/Prague",
            IncludeSegments = true,
        }).ToListAsync();
    }

    /// <summary>As they are stored, but for when that was.</summary>
    private static async Task<List<StatusEvent>> EventsAsync(ServerProcess server)
    {
        using var client = new AgentStatusClient(new() { Endpoint = server.Endpoint });
        var events = new List<StatusEvent>();
        foreach (var agentId in Enumerable.Range(1, 99))
        {
            await foreach (var e in client.ListStatusEventsAsync(new() { CompanyId = 7, AgentId = agentId }))
            {
                e.RecordedAt = null;
                if (e.RetractedAt is not null) e.RetractedAt = From;
                events.Add(e);
            }
        }

        return events;
    }
}
