using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli.Seed;

/// <summary>`seed` and a real server.</summary>
public sealed class SeedTests
{
    private const string Seed = "seed --company 7 --agents 14 --days 35 --end 2025-11-05T12:00:00Z";
    private static readonly Timestamp From = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2025-10-01T00:00:00Z"));
    private static readonly Timestamp To = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2025-11-06T00:00:00Z"));

    [Fact]
    public async Task A_seeded_company_has_all_that_the_views_show_and_seeding_again_changes_nothing()
    {
        using var storage = new TempDirectory();
        using var server = await ServerProcess.ServingAsync(storage.Path, "--Memory:Horizon", "3650.00:00:00");
        using var client = new AgentStatusClient(new() { Endpoint = server.Endpoint });

        var (exitCode, output, error) = await Shell.RunAsync(server.Endpoint, Seed);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("agents 1 to 14, 2025-10-02 to 2025-11-05 (Europe/Prague)", output);
        Assert.Contains("http://127.0.0.1:5081/#/report?company=7", output);
        Assert.Contains("""{"companies": {"7": {"time_zone": "Europe/Prague",""", output);
        var events = await EventsAsync(client);
        Assert.Contains(events, e => e.Status == Status.Left);
        Assert.Contains(events, e => e.Origin == StatusOrigin.System && e.Label == "Missed calls");
        Assert.Contains(events, e => e.RetractedAt is not null && e.RetractionReason.Length > 0);
        Assert.Contains(events, e => e.Label == "Lunch");
        Assert.Equal(2, events.Where(e => e.AgentId == 2).Select(e => e.DeviceId).Distinct().Count(id => id != ""));
        var calls = await CallsAsync(client);
        Assert.Contains(calls, call => call.ChangedStepCount > 0);
        Assert.Contains(calls, call => call.StepCount > 3);
        var missed = await ExampleAsync(client, output);
        Assert.Equal(("Busy (missed)", "Offline"), (missed.Given.Label, missed.Current.Label));
        Assert.Equal(StatusOrigin.Agent, missed.Current.Origin);

        Assert.Equal(Summary(output), Summary((await Shell.RunAsync(server.Endpoint, Seed)).Out));
        Assert.Equal(events, await EventsAsync(client));
        Assert.Equal(calls, await CallsAsync(client));
    }

    [Fact]
    public async Task Seed_does_not_mix_with_other_events_and_says_what_it_does_not_understand()
    {
        using var storage = new TempDirectory();
        using var server = await ServerProcess.ServingAsync(storage.Path);
        await Shell.RunAsync(server.Endpoint, "record --company 7 --agent 3 --status online --origin agent --event-id x");

        var (exitCode, _, error) = await Shell.RunAsync(server.Endpoint, "seed --company 7 --agents 2 --days 1");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("agentstatus: Company 7 has other events already (\"x\" of agent 3)", error);
        Assert.Equal(2, (await Shell.RunAsync(server.Endpoint, "seed --company 8 --agents 0")).ExitCode);
        Assert.Contains(
            "does not know the time zone \"Mars/Olympus\"",
            (await Shell.RunAsync(server.Endpoint, "seed --company 8 --time-zone Mars/Olympus")).Error);
    }

    /// <summary>Without the lines of progress, which come by time.</summary>
    private static string Summary(string output) => output[output.IndexOf("Company 7:", StringComparison.Ordinal)..];

    private static async Task<List<StatusEvent>> EventsAsync(AgentStatusClient client)
    {
        var events = new List<StatusEvent>();
        for (var agentId = 1; agentId <= 14; agentId++)
            events.AddRange(await client.ListStatusEventsAsync(new() { CompanyId = 7, AgentId = agentId })
                .ToListAsync(TestContext.Current.CancellationToken));
        return events;
    }

    private static ValueTask<List<CallSummary>> CallsAsync(AgentStatusClient client) =>
        client.ListCallsAsync(new() { CompanyId = 7, StartTime = From, EndTime = To }).ToListAsync();

    /// <summary>The ring of the call that the command names as worth a look.</summary>
    private static async Task<CallStep> ExampleAsync(AgentStatusClient client, string output)
    {
        var callId = long.Parse(output.Split("steps --company 7 --call ")[1].Split('\n')[0]);
        return Assert.Single((await client.GetCallStepsAsync(new() { CompanyId = 7, CallId = callId })).Steps);
    }
}
