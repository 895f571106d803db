using AgentStatus.Server.Tests.Scenarios;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>The tickets' scenarios on MongoDB: the same answers as on SQLite, offline periods among them.</summary>
[MongoDb]
public sealed class MongoTicketTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Cases => TicketCases.With("00:01:00", "62.00:00:00");

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_ticket_s_questions_have_the_right_answers_also_after_a_restart(string name, string horizon)
    {
        using var database = new SharedDatabase();
        var (ticket, hours) = TicketCases.Find(name);
        await using var server = await TestServer.StartWithHoursAsync(
            Now, hours, database.Args(null, "--Memory:Horizon", horizon));
        var questions = new TicketQuestions(server, ticket);
        await questions.RunAsync();
        foreach (var e in ticket.Events)
            Assert.Equal(RecordOutcome.Duplicate, (await questions.RecordAsync(e)).Outcome);
        await questions.AskAllAsync();
    }
}
