namespace AgentStatus.Cli.Commands;

/// <summary>`rebuild`: makes stored offline periods anew.</summary>
internal static class RebuildCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Id("--company", "The company; left out with --all.");
        var all = new Option<bool>("--all") { Description = "All companies." };
        var command = new Command("rebuild", "Makes the stored offline periods anew from the events.") { company, all };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == (result.GetValue(company) != 0))
                result.AddError("rebuild needs either --company or --all.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            long? companyId = parsed.GetValue(all) ? null : parsed.GetValue(company);
            var agents = 0;
            await foreach (var progress in client.RebuildOfflinePeriodsAsync(companyId, cancellationToken))
            {
                agents = progress.AgentsWritten;
                terminal.Out.WriteLine($"{progress.AgentsWritten} of {progress.Agents} agents");
            }

            terminal.Out.WriteLine($"Done: the offline periods of {agents} agents are written anew.");
            return 0;
        });
        return command;
    }
}
