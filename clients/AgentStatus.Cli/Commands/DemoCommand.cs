using AgentStatus.Cli.Demo;

namespace AgentStatus.Cli.Commands;

/// <summary>`demo`: the tickets' scenario against a server that it starts, kills and starts again.</summary>
internal static class DemoCommand
{
    public static Command Create(Terminal terminal)
    {
        var binary = new Option<string>("--server")
        {
            Description = "AgentStatus.Server.dll; left out: the one that was built with this program.",
            HelpName = "path",
        };
        var command = new Command("demo", "Plays the tickets' scenario on a server of its own.") { binary };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var server = ServerProcess.FindBinary(parsed.GetValue(binary));
            var directory = Directory.CreateTempSubdirectory("agentstatus-demo-").FullName;
            try
            {
                await PlayAsync(new DemoReport(terminal.Out), server, directory, cancellationToken);
                return 0;
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        });
        return command;
    }

    private static async Task PlayAsync(
        DemoReport report, string binary, string directory, CancellationToken cancellationToken)
    {
        var endpoint = ServerProcess.FreeEndpoint();
        var settings = Path.Combine(directory, "settings.json");
        await File.WriteAllTextAsync(settings, TicketScenario.Settings, cancellationToken);
        using var client = Connection.Open(endpoint);

        report.Begin();
        ClassifyRingTargetsResponse before;
        using (await ServerProcess.StartAsync(binary, endpoint, settings, directory, cancellationToken))
        {
            report.Recorded(TicketScenario.Events.Zip(await RecordAllAsync(client, cancellationToken)));
            before = await client.ClassifyRingTargetsAsync(TicketScenario.Rings, cancellationToken);
            report.CallSteps(before);
        }

        using (await ServerProcess.StartAsync(binary, endpoint, settings, directory, cancellationToken))
        {
            var after = await client.ClassifyRingTargetsAsync(TicketScenario.Rings, cancellationToken);
            var again = await RecordAllAsync(client, cancellationToken);
            if (!after.Results.Equals(before.Results)
                || again.Any(recorded => recorded.Outcome != RecordOutcome.Duplicate))
                throw new CommandFailedException("After the restart the server's answers are not the same.");
            report.Restarted();
            report.Breakdown(await BreakdownCommand.ReadAsync(client, TicketScenario.Day, cancellationToken));
        }
    }

    private static async Task<IReadOnlyList<RecordStatusResponse>> RecordAllAsync(
        AgentStatusClient client, CancellationToken cancellationToken)
    {
        var recorded = new List<RecordStatusResponse>();
        foreach (var statusEvent in TicketScenario.Events)
            recorded.Add(await client.RecordStatusAsync(statusEvent, cancellationToken));
        return recorded;
    }
}
