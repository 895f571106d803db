namespace AgentStatus.Client.Tests.Cli;

/// <summary>Output as a user sees it who redirects it to a file.</summary>
internal static class Expected
{
    public const string Day =
        """
                                               Agent Status Breakdown
╭────────┬──────────────────────┬──────────────────────────┬─────────┬─────────┬───────────────┬─────────┬──────────╮
│ Agent  │ From (Europe/Prague) │                          │ On call │ Offline │ Outside hours │ Unknown │      Sum │
├────────┼──────────────────────┼──────────────────────────┼─────────┼─────────┼───────────────┼─────────┼──────────┤
│ 380171 │ 2025-10-01 00:00     │ ■░░░░░░░········???????? │ 0:59:59 │ 7:00:01 │       8:00:00 │ 8:00:00 │ 24:00:00 │
╰────────┴──────────────────────┴──────────────────────────┴─────────┴─────────┴───────────────┴─────────┴──────────╯
■ On call  ░ Offline  · Outside hours  ? Unknown
Adds up: every row's sum is the length of its window, to the millisecond.
                                              Timeline of agent 380171
╭──────────────────────┬─────────────────────┬──────────┬─────────┬────────────┬────────────────┬──────────────────╮
│ From (Europe/Prague) │ To                  │ Duration │ Status  │ Decided by │ Business hours │                  │
├──────────────────────┼─────────────────────┼──────────┼─────────┼────────────┼────────────────┼──────────────────┤
│ 2025-10-01 00:00     │ 2025-10-01 08:00    │ 8:00:00  │ Unknown │            │ outside        │                  │
│ 2025-10-01 08:00     │ 2025-10-01 23:00:05 │ 15:00:05 │ Offline │ SUPERVISOR │ inside         │ carried in, open │
╰──────────────────────┴─────────────────────┴──────────┴─────────┴────────────┴────────────────┴──────────────────╯
""";
}
