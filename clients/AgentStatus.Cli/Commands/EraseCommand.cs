namespace AgentStatus.Cli.Commands;

/// <summary>`erase`: erases an agent, or all of a company.</summary>
internal static class EraseCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var agent = Arguments.Id("--agent", "The agent; left out: all of the company.");
        var yes = new Option<bool>("--yes") { Description = "It is meant: there is no way back." };
        var command = new Command("erase", "Erases all that is stored of an agent or a company, for good.")
        {
            company, agent, yes,
        };
        command.Validators.Add(result =>
        {
            // Nobody means the whole company with an agent's id, be it a wrong one.
            if (result.GetResult(agent) is not null && result.GetValue(agent) <= 0)
                result.AddError("--agent: the id must be 1 or more.");
            else if (!result.GetValue(yes))
                result.AddError(
                    $"{What(result.GetValue(company), result.GetValue(agent))}, for good. Add --yes if that is meant.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var (companyId, agentId) = (parsed.GetValue(company), parsed.GetValue(agent));
            var erased = agentId == 0
                ? await client.EraseCompanyAsync(companyId, cancellationToken)
                : await client.EraseAgentAsync(companyId, agentId, cancellationToken);
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Erased: {erased.Events:N0} events, {erased.Retractions:N0} retractions, {erased.CallSteps:N0} call "
                + $"steps, {erased.OfflinePeriods:N0} offline periods, "
                + $"{erased.HoursVersions:N0} versions of business hours."));
            return 0;
        });
        return command;
    }

    private static string What(long companyId, long agentId) => agentId == 0
        ? $"This would erase all of company {companyId}: its agents' events, call steps and offline periods, and its "
            + "business hours"
        : $"This would erase agent {agentId} of company {companyId}: all events, call steps and offline periods";
}
