using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`audit`: who changed what.</summary>
internal static class AuditCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Id("--company", "Only what names this company; left out: all.");
        var from = Arguments.Instant("--from", "The window's start; left out: the first entry.", terminal.Clock);
        var to = Arguments.Instant("--to", "The window's end; left out: the last entry.", terminal.Clock);
        var command = new Command("audit", "Lists what operators did and who retracted events, from the audit log.")
        {
            company, from, to,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var request = new ListAuditLogRequest
            {
                CompanyId = parsed.GetValue(company),
                StartTime = parsed.GetValue(from),
                EndTime = parsed.GetValue(to),
            };
            AuditTable.Write(
                terminal.Out,
                await client.ListAuditLogAsync(request, cancellationToken).ToListAsync(cancellationToken));
            return 0;
        });
        return command;
    }
}
