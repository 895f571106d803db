namespace AgentStatus.Client.Tests.Cli;

/// <summary>`hours`.</summary>
public sealed class HoursCommandTests : FakeServerTests
{
    [Fact]
    public async Task Hours_shows_the_version_as_JSON_since_when_and_the_faults()
    {
        Server.Service.OnHours = request => new GetCompanyHoursResponse
        {
            HoursJson = $$"""{"agents":{"{{request.CompanyId}}":{"fault":{"field":"\u0022"} } } }""",
            InForceSince = request.At,
            Faults = { new FieldFault { Field = "agents.5", Description = "must be an object" } },
        };

        var (exitCode, output, _) = await Shell.RunAsync(Server, "hours --company 5 --at 2025-10-01T06:58:12Z");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            """
            In force since 2025-10-01T06:58:12.000Z
            {
              "agents": {
                "5": {
                  "fault": {
                    "field": "\""
                  }
                }
              }
            }
            What is wrong with the settings as they were fetched last:
              agents.5: must be an object
            """,
            output);
    }

    [Fact]
    public async Task Hours_that_were_never_good_say_why()
    {
        Server.Service.OnHours = _ => new() { Faults = { new FieldFault { Description = "is not JSON" } } };

        var (_, output, _) = await Shell.RunAsync(Server, "hours --company 5");

        Assert.Equal(
            """
            No business hours were ever good.
            What is wrong with the settings as they were fetched last:
              is not JSON
            """,
            output);
    }
}
