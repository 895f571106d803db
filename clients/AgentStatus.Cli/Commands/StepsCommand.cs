using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`steps`: what Call Steps showed for a call's rings that were kept, and what it shows now.</summary>
internal static class StepsCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var call = Arguments.Id("--call", "The call's id.", required: true);
        var command = new Command("steps", "Shows a call's kept rings, as they were classified then and are now.")
        {
            company, call,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var request = new GetCallStepsRequest
            {
                CompanyId = parsed.GetValue(company),
                CallId = parsed.GetValue(call),
            };
            KeptStepsTable.Write(terminal.Out, await client.GetCallStepsAsync(request, cancellationToken));
            return 0;
        });
        return command;
    }
}
