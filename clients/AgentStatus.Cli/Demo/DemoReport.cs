using AgentStatus.Cli.Rendering;

namespace AgentStatus.Cli.Demo;

/// <summary>What the demo shows.</summary>
internal sealed class DemoReport(IAnsiConsole console)
{
    public void Begin()
    {
        console.WriteLine("Tickets DSH-6189 and RD-1098/DSH-6157, on a server of the demo's own.");
        console.WriteLine(
            $"Company {TicketScenario.Company}, open Monday to Friday 09:00-12:00 and 13:00-17:00, Europe/Prague.");
    }

    public void Recorded(IEnumerable<(StatusEvent Event, RecordedStatus Recorded)> events)
    {
        console.WriteLine();
        console.WriteLine("1. Recorded on 2025-10-01");
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Time (UTC)", "Agent", "Origin", "Status", "Outcome", "The agent is then");
        foreach (var (e, recorded) in events)
        {
            table.AddRow(
                e.OccurredAt!.Value.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                e.AgentId.ToString(CultureInfo.InvariantCulture),
                CallStepsTable.Origin(e.Origin),
                StatusLook.Markup(e.Status),
                recorded.Outcome.ToString(),
                StatusLook.Markup(recorded.EffectiveStatus));
        }

        console.Write(table);
        console.WriteLine("The reopened app does not lift the Offline that the agent chose.");
        console.WriteLine($"Before the fix, agent {TicketScenario.Agent} was logged as Online from 07:42:10 on.");
    }

    public void CallSteps(IReadOnlyList<RingResult> results)
    {
        var at = TicketScenario.Rings.RingAt!.Value.UtcDateTime;
        console.WriteLine();
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"2. Call Steps of call {TicketScenario.Call}, which rang at {at:HH:mm:ss.fff}; nobody answered"));
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Agent", "Before the fix", "After", "Because the status was", "Since", "Decided by");
        foreach (var (target, result) in TicketScenario.Rings.Targets.Zip(results))
        {
            table.AddRow(
                result.AgentId.ToString(CultureInfo.InvariantCulture),
                TicketScenario.LabelBeforeTheFix(target.Outcome),
                CallStepsTable.Label(result),
                StatusLook.Markup(result.Status),
                result.StatusSince is { } since ? InstantText.Utc(since) : "",
                CallStepsTable.Origin(result.Origin));
        }

        console.Write(table);
    }

    public void Restarted()
    {
        console.WriteLine();
        console.WriteLine("3. The server was killed and started again");
        console.WriteLine("The same answers; every event sent again is a Duplicate.");
    }

    public void Breakdown(V1.GetBreakdownResponse day)
    {
        console.WriteLine();
        console.WriteLine("4. The day: Offline counts inside business hours only, the rest is Outside hours");
        BreakdownReport.Write(console, day);
    }
}
