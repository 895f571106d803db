using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Demo;

/// <summary>What the demo shows.</summary>
internal sealed class DemoReport(IAnsiConsole console)
{
    public void Begin() => console.WriteLine(
        $"""
        Tickets DSH-6189 and RD-1098/DSH-6157, on a server of the demo's own.
        Company {TicketScenario.Company}, open Monday to Friday 09:00-12:00 and 13:00-17:00, Europe/Prague.
        """);

    public void Recorded(IEnumerable<(RecordStatusRequest Event, RecordStatusResponse Recorded)> events)
    {
        var table = new Table().RoundedBorder().AddColumns(
            "Time (UTC)", "Agent", "Origin", "Status", "Outcome", "The agent is then");
        foreach (var (e, recorded) in events)
        {
            table.AddRow(
                e.OccurredAt.ToDateTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                $"{e.AgentId}",
                CallStepsTable.Origin(e.Origin),
                StatusLook.Markup(e.Status),
                $"{recorded.Outcome}",
                StatusLook.Markup(recorded.EffectiveStatus));
        }

        Head("1. Recorded on 2025-10-01");
        console.Write(table);
        console.WriteLine(
            $"""
            The reopened app does not lift the Offline that the agent chose.
            Before the fix, agent {TicketScenario.Agent} was logged as Online from 07:42:10 on.
            """);
    }

    public void CallSteps(ClassifyRingTargetsResponse rings)
    {
        var table = new Table().RoundedBorder().AddColumns(
            "Agent", "Before the fix", "After", "Because the status was", "Since", "Decided by");
        foreach (var (target, ring) in TicketScenario.Rings.Targets.Zip(rings.Results))
            table.AddRow([$"{ring.AgentId}", LabelBeforeTheFix(target.Outcome), .. CallStepsTable.Cells(ring)]);
        var at = TicketScenario.Rings.RingAt.ToDateTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        Head($"2. Call Steps of call {TicketScenario.Rings.CallId}, which rang at {at}; nobody answered");
        console.Write(table);
    }

    public void Restarted()
    {
        Head("3. The server was killed and started again");
        console.WriteLine("The same answers; every event sent again is a Duplicate.");
    }

    public void Breakdown(GetBreakdownResponse day)
    {
        Head("4. The day: Offline counts inside business hours only, the rest is Outside hours");
        BreakdownReport.Write(console, day);
    }

    /// <summary>How Call Steps showed a ring before the fix: it looked at the ring alone, never at the agent.</summary>
    private static string LabelBeforeTheFix(RingOutcome outcome) =>
        outcome == RingOutcome.NoAnswer ? "Busy (missed)" : $"{outcome}";

    private void Head(string step)
    {
        console.WriteLine();
        console.WriteLine(step);
    }
}
