using AgentStatus.Cli.Rendering;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Commands;

/// <summary>`calls`: the calls of a time with rings that were kept.</summary>
internal static class CallsCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var from = Arguments.Instant("--from", "The window's start.", terminal.Clock, required: true);
        var to = Arguments.Instant("--to", "The window's end; left out: now.", terminal.Clock);
        var agent = Arguments.Id("--agent", "Only calls that rang this agent.");
        var changed = new Option<bool>("--changed")
        {
            Description = "Only calls that are shown otherwise now than they were then.",
        };
        var command = new Command("calls", "Lists the calls whose rings were kept.")
        {
            company, from, to, agent, changed,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var request = new ListCallsRequest
            {
                CompanyId = parsed.GetValue(company),
                StartTime = parsed.GetValue(from),
                EndTime = parsed.GetValue(to) ?? terminal.Clock.GetUtcNow().ToTimestamp(),
                AgentId = parsed.GetValue(agent),
                OnlyChanged = parsed.GetValue(changed),
            };
            KeptCallsTable.Write(
                terminal.Out, await client.ListCallsAsync(request, cancellationToken).ToListAsync(cancellationToken));
            return 0;
        });
        return command;
    }
}
