using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`hours`: which business hours are in force, and what is wrong with the settings.</summary>
internal static class HoursCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var at = Arguments.Instant("--at", "The hours in force then; left out: now.", terminal.Clock);
        var command = new Command("hours", "Tells a company's business hours, and what is wrong with its settings.")
        {
            company, at,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var request = new GetCompanyHoursRequest { CompanyId = parsed.GetValue(company), At = parsed.GetValue(at) };
            HoursReport.Write(terminal.Out, await client.GetCompanyHoursAsync(request, cancellationToken));
            return 0;
        });
        return command;
    }
}
