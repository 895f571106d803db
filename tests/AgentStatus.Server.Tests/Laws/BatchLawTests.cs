using RecordOutcome = AgentStatus.V1.RecordOutcome;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>RecordStatuses says of many events of an agent at a time what became of each, as the model does: in the
/// order of time, where each is judged by what came before it in the batch, and in any other.</summary>
public sealed class BatchLawTests
{
    private const long CompanyId = 280197;
    private const int Scenes = 200;

    private static readonly DateTimeOffset AfterAll =
        DateTimeOffset.FromUnixTimeMilliseconds(RandomHistory.StartMs).AddDays(500);

    [Theory]
    [InlineData("00:01:00")]
    [InlineData("3650.00:00:00")]
    public async Task What_became_of_each_event_of_a_batch_is_the_model_s(string horizon)
    {
        await using var server = await TestServer.StartAsync(AfterAll, "--Memory:Horizon", horizon);
        var recorded = new RecordedEvents(server, CompanyId);
        var agentId = 0;
        await Seeds.ForEachAsync(Scenes, random => RunAsync(recorded, random, new(CompanyId, ++agentId)));
    }

    private static async Task RunAsync(RecordedEvents recorded, Random random, AgentKey agent)
    {
        StatusEvent[] events = [
            .. from e in RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs)
               select e with { Agent = agent, EventId = $"{agent.AgentId}-{e.EventId}" }];
        if (random.Next(2) > 0) Array.Sort(events, StatusEvent.Compare);
        else random.Shuffle(events);
        foreach (var batch in events.Chunk(random.Next(2, events.Length + 2)))
        {
            var outcomes = await recorded.RecordAllAsync(batch);

            // The writer may take a batch in two or more parts: an event is judged with those before it, at least.
            var possible = batch.Select(_ => new HashSet<RecordOutcome>()).ToArray();
            for (var taken = 0; taken < batch.Length; taken++)
            {
                recorded.Note([batch[taken]], []);
                var model = recorded.Of(agent);
                for (var i = 0; i <= taken; i++)
                    possible[i].Add(model.IsApplied(batch[i]) ? RecordOutcome.Applied : RecordOutcome.Shadowed);
            }

            Assert.All(outcomes, (outcome, i) => Assert.True(
                possible[i].Contains(outcome), $"{batch[i]} of {string.Join("; ", (object[])batch)} is {outcome}"));
        }
    }
}
