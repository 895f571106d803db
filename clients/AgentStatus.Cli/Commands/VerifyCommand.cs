namespace AgentStatus.Cli.Commands;

/// <summary>`verify`: compares everything that is stored with the rules.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Id("--company", "The company; left out: all.");
        var command = new Command("verify", "Reads everything that is stored, and says what is wrong.") { company };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            long? companyId = parsed.GetValue(company) is > 0 and var id ? id : null;
            var last = new VerifyResponse();
            await foreach (var progress in client.VerifyAsync(companyId, cancellationToken))
            {
                foreach (var fault in progress.Faults) terminal.Out.WriteLine(Text(fault));
                last = progress;
            }

            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{last.Events:N0} events of {last.AgentsVerified:N0} agents, {last.CallSteps:N0} call steps and "
                + $"{last.HoursVersions:N0} versions of business hours: {Faults(last.FaultCount)}"));
            return last.FaultCount == 0 ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static string Faults(int count) =>
        count == 0 ? "all is as it should be." : string.Create(CultureInfo.InvariantCulture, $"{count:N0} faults.");

    private static string Text(VerifyFault fault) => fault switch
    {
        { CompanyId: 0 } => fault.Description,
        { AgentId: 0 } => $"company {fault.CompanyId}: {fault.Description}",
        _ => $"company {fault.CompanyId}, agent {fault.AgentId}: {fault.Description}",
    };
}
