using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`events`: an agent's status events as they are stored.</summary>
internal static class EventsCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var agent = Arguments.Id("--agent", "The agent's id.", required: true);
        var from = Arguments.Instant("--from", "The window's start; left out: the first event.", terminal.Clock);
        var to = Arguments.Instant("--to", "The window's end; left out: the last event.", terminal.Clock);
        var command = new Command("events", "Lists an agent's status events, and what became of each.")
        {
            company, agent, from, to,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var request = new ListStatusEventsRequest
            {
                CompanyId = parsed.GetValue(company),
                AgentId = parsed.GetValue(agent),
                StartTime = parsed.GetValue(from),
                EndTime = parsed.GetValue(to),
            };
            EventsTable.Write(
                terminal.Out,
                await client.ListStatusEventsAsync(request, cancellationToken).ToListAsync(cancellationToken));
            return 0;
        });
        return command;
    }
}
