namespace AgentStatus.Cli.Seed;

/// <summary>What was seeded, and where to look at it.</summary>
internal sealed class SeedReport(IAnsiConsole console, SeedPlan plan)
{
    public void Write(SeedRun run, bool hasHours)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Company {plan.CompanyId}: agents 1 to {plan.Agents}, {plan.FirstDate:yyyy-MM-dd} to "
            + $"{plan.LastDate:yyyy-MM-dd} ({plan.Zone.Id}), {run.Events:N0} events, {run.Calls:N0} calls with "
            + $"their rings, {run.Retractions:N0} retractions."));
        console.WriteLine("Seeded again it changes nothing, or goes on until now.");
        console.WriteLine();
        console.WriteLine($"    In the browser: http://127.0.0.1:5081/#/report?company={plan.CompanyId}");
        console.WriteLine($"    agentstatus breakdown --company {plan.CompanyId} --from -7d --by day --agents 1");
        console.WriteLine($"    agentstatus calls --company {plan.CompanyId} --from -7d --changed");
        if (run.ExampleCall > 0)
            console.WriteLine($"    agentstatus steps --company {plan.CompanyId} --call {run.ExampleCall}");
        if (hasHours) return;
        console.WriteLine();
        console.WriteLine(
            $$$$$"""
            The company has no business hours: it is always open, in UTC, and Offline counts at night too. To have them,
            start the server with --CompanySettings:Path companies.json, best before the first event comes, and this in
            the file:

            {"companies": {"{{{{{plan.CompanyId}}}}}": {"time_zone": "{{{{{plan.Zone.Id}}}}}", "weekly": {
              "monday": [["08:00","20:00"]], "tuesday": [["08:00","20:00"]], "wednesday": [["08:00","20:00"]],
              "thursday": [["08:00","20:00"]], "friday": [["08:00","20:00"]], "saturday": [["09:00","14:00"]]}}}}
            """);
    }
}
