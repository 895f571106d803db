namespace AgentStatus.Server.Tests.Scenarios;

/// <summary>The tickets' scenarios, and those of the field, through real gRPC: in memory, behind memory's horizon and
/// on both sides of it; after a restart; and with their events in any order, repeated.</summary>
public sealed class TicketTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Cases => TicketCases.With("00:01:00", "62.00:00:00", "3650.00:00:00");

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_ticket_s_questions_have_the_right_answers_also_after_a_restart(string name, string horizon)
    {
        var (ticket, hours) = TicketCases.Find(name);
        await using var server = await StartAsync(hours, horizon);
        await new TicketQuestions(server, ticket).RunAsync();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Neither_order_nor_repetition_of_the_events_matters(string name, string horizon)
    {
        var (ticket, hours) = TicketCases.Find(name);
        await Seeds.ForEachAsync(2, async random =>
        {
            await using var server = await StartAsync(hours, horizon);
            var questions = new TicketQuestions(server, ticket);
            var events = ticket.Events.Concat(ticket.Events).ToArray();
            random.Shuffle(events);
            var known = new HashSet<string>();
            var retractedAfter = random.Next(events.Length + 1);
            for (var i = 0; i <= events.Length; i++)
            {
                if (i == retractedAfter) await questions.RetractAllAsync();
                if (i == events.Length) break;
                var e = events[i];
                var answer = await questions.RecordAsync(e);
                Assert.Equal(!known.Add(e.EventId), answer.Outcome == RecordOutcome.Duplicate);
            }

            await questions.AskAllAsync();
            await server.RestartAsync();
            await questions.AskAllAsync();
        });
    }

    private static Task<TestServer> StartAsync(string hours, string horizon) => TestServer.StartWithHoursAsync(
        Now, hours, "--Memory:Horizon", horizon);
}
