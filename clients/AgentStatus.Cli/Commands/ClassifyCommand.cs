using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Commands;

/// <summary>`classify`: one ring, or all rings of a ring group.</summary>
internal static class ClassifyCommand
{
    public static Command Create(Terminal terminal, Connection connection)
    {
        var company = Arguments.Company();
        var agents = Arguments.Ids("--agent", "The agent, or the agents of a ring group.", required: true);
        agents.Aliases.Add("--agents");
        var at = Arguments.Instant("--at", "When the call was routed; left out: now.", terminal.Clock);
        var outcome = Arguments.Word<RingOutcome>("--outcome", "How the ring ended; left out: no-answer.");
        var rule = Arguments.Word<QueueRule>("--queue-rule", "Whom the group rings; never changes the result.");
        var call = Arguments.Id("--call", "The call's id; never changes the result.");
        var command = new Command("classify", "Tells how Call Steps shows a ring, and why.")
        {
            company, agents, at, outcome, rule, call,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = connection.Open(parsed);
            var targets = parsed.GetValue(agents)!.Select(
                id => new RingTarget { AgentId = id, Outcome = parsed.GetValue(outcome) });
            var request = new ClassifyRingTargetsRequest
            {
                CompanyId = parsed.GetValue(company),
                CallId = parsed.GetValue(call),
                QueueRule = parsed.GetValue(rule),
                RingAt = parsed.GetValue(at),
                Targets = { targets },
            };
            CallStepsTable.Write(terminal.Out, await client.ClassifyRingTargetsAsync(request, cancellationToken));
            return 0;
        });
        return command;
    }
}
