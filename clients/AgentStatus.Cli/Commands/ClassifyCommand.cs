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
        var group = Arguments.Id("--ring-group", "The ring group's id; never changes the result.");
        var record = new Option<bool>("--record")
        {
            Description = "Keeps the rings for `steps` and `calls`; needs --call and --at.",
        };
        var asKnownAt = Arguments.AsKnownAt(terminal.Clock);
        var command = new Command("classify", "Tells how Call Steps shows a ring, and why.")
        {
            company, agents, at, outcome, rule, call, group, record, asKnownAt,
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
                RingGroupId = parsed.GetValue(group),
                QueueRule = parsed.GetValue(rule),
                RingAt = parsed.GetValue(at),
                Targets = { targets },
                Record = parsed.GetValue(record),
                AsKnownAt = parsed.GetValue(asKnownAt),
            };
            var rings = await client.ClassifyRingTargetsAsync(request, cancellationToken);
            CallStepsTable.Write(terminal.Out, rings);
            var notKept = rings.Results.Where(ring => ring.Error is not null).ToList();
            foreach (var ring in notKept)
                await terminal.Error.WriteLineAsync($"agentstatus: agent {ring.AgentId}: {ring.Error.Message}");
            return notKept.Count == 0 ? 0 : CommandLine.Failed;
        });
        return command;
    }
}
