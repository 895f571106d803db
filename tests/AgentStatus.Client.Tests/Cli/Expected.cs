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

    public const string Steps =
        """
╭──────────────────────────┬───────┬────────┬───────────┬───────────────┬─────────────┬─────────┬──────────────╮
│ Ring at                  │ Group │ Agent  │ Outcome   │ Given         │ Status then │ Now     │ Status now   │
├──────────────────────────┼───────┼────────┼───────────┼───────────────┼─────────────┼─────────┼──────────────┤
│ 2025-10-01T06:58:12.000Z │ 5     │ 380171 │ NO_ANSWER │ Busy (missed) │ Online      │ Away    │ Away (Lunch) │
│ 2025-10-01T06:58:12.000Z │       │ 380172 │           │ Unknown       │ Unknown     │ Unknown │ Unknown      │
╰──────────────────────────┴───────┴────────┴───────────┴───────────────┴─────────────┴─────────┴──────────────╯
Shown otherwise now: 1 of 2
""";

    public const string Calls =
        """
╭──────┬──────────────────────────┬──────────────────────────┬───────┬─────────╮
│ Call │ First ring               │ Last ring                │ Rings │ Changed │
├──────┼──────────────────────────┼──────────────────────────┼───────┼─────────┤
│ 7    │ 2025-10-01T06:58:12.000Z │ 2025-10-01T09:16:00.000Z │ 3     │         │
│ 8    │ 2025-10-01T06:58:12.000Z │ 2025-10-01T09:16:00.000Z │ 3     │ 1       │
╰──────┴──────────────────────────┴──────────────────────────┴───────┴─────────╯
""";

    public const string Demo =
        """
Tickets DSH-6189 and RD-1098/DSH-6157, on a server of the demo's own.
Company 280197, open Monday to Friday 09:00-12:00 and 13:00-17:00, Europe/Prague.

1. Recorded on 2025-10-01
╭────────────┬────────┬────────┬─────────┬──────────┬───────────────────╮
│ Time (UTC) │ Agent  │ Origin │ Status  │ Outcome  │ The agent is then │
├────────────┼────────┼────────┼─────────┼──────────┼───────────────────┤
│ 06:58:12   │ 380171 │ AGENT  │ Offline │ Applied  │ Offline           │
│ 06:59:00   │ 380172 │ AGENT  │ Online  │ Applied  │ Online            │
│ 07:30:00   │ 380171 │ APP    │ Offline │ Shadowed │ Offline           │
│ 07:42:10   │ 380171 │ APP    │ Online  │ Shadowed │ Offline           │
│ 15:03:00   │ 380172 │ APP    │ Offline │ Applied  │ Offline           │
╰────────────┴────────┴────────┴─────────┴──────────┴───────────────────╯
The reopened app does not lift the Offline that the agent chose.
Before the fix, agent 380171 was logged as Online from 07:42:10 on.

2. Call Steps of call 985282287, which rang at 09:15:30.250; nobody answered
╭────────┬────────────────┬───────────────┬────────────────────────┬──────────────────────────┬────────────╮
│ Agent  │ Before the fix │ After         │ Because the status was │ Since                    │ Decided by │
├────────┼────────────────┼───────────────┼────────────────────────┼──────────────────────────┼────────────┤
│ 380171 │ Busy (missed)  │ Offline       │ Offline                │ 2025-10-01T06:58:12.000Z │ AGENT      │
│ 380172 │ Busy (missed)  │ Busy (missed) │ Online                 │ 2025-10-01T06:59:00.000Z │ AGENT      │
│ 380173 │ Busy (missed)  │ Unknown       │ Unknown                │                          │            │
╰────────┴────────────────┴───────────────┴────────────────────────┴──────────────────────────┴────────────╯

3. The server was killed and started again
The same answers; every event sent again is a Duplicate.

4. The day: Offline counts inside business hours only, the rest is Outside hours
Agent Status Breakdown
╭────────┬──────────────────────┬──────────────────────────┬─────────┬─────────┬───────────────┬─────────┬──────────╮
│ Agent  │ From (Europe/Prague) │                          │  Online │ Offline │ Outside hours │ Unknown │      Sum │
├────────┼──────────────────────┼──────────────────────────┼─────────┼─────────┼───────────────┼─────────┼──────────┤
│ 380171 │ 2025-10-01 00:00     │ ░░░░░░░········????????? │ 0:00:00 │ 7:00:00 │       8:01:48 │ 8:58:12 │ 24:00:00 │
│ 380172 │ 2025-10-01 00:00     │ ████████·······????????? │ 8:04:00 │ 0:00:00 │       6:57:00 │ 8:59:00 │ 24:00:00 │
╰────────┴──────────────────────┴──────────────────────────┴─────────┴─────────┴───────────────┴─────────┴──────────╯
█ Online  ░ Offline  · Outside hours  ? Unknown
Adds up: every row's sum is the length of its window, to the millisecond.
""";
}
