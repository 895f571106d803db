using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>Call steps that several servers keep at the same time, and what stands in the database.</summary>
[MongoDb]
public sealed class MongoCallStepsTests : IDisposable
{
    private const int Rings = 6;

    private readonly TestDatabase _database = TestDatabase.Require();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void A_step_has_readable_fields()
    {
        using var store = MongoStatusStore.Open(_database.Options);

        store.CallSteps.Keep([Step(5, RingOutcome.NoAnswer, serverId: 0)]);

        var document = Assert.Single(_database.Read("call_steps"));
        Assert.Equal(
            "_id=280197/985282287/7/380171/5 company_id=280197 call_id=985282287 ring_group_id=7 agent_id=380171 "
            + "ring_at=5 queue_rule=ALWAYS outcome=NO_ANSWER classification=OFFLINE label=Offline status=OFFLINE "
            + "status_label=BsonNull status_since=1 origin=SUPERVISOR known_through=0 recorded_at=3 server_id=",
            string.Join(' ', document.Select(field => $"{field.Name}={Text(field)}")));
    }

    [Fact]
    public async Task Of_servers_that_keep_the_same_rings_at_once_one_wins_and_all_are_told() =>
        await Seeds.ForEachAsync(3, async random =>
        {
            const int Servers = 3;
            var stores = Enumerable.Range(0, Servers)
                .Select(_ => (IStatusStore)MongoStatusStore.Open(_database.Options)).ToList();
            var seeds = stores.ConvertAll(_ => random.Next());
            var callId = random.Next(1, int.MaxValue);
            var told = await Task.WhenAll(Enumerable.Range(0, Servers).Select(
                server => Task.Run(() => KeepMany(stores[server], new(seeds[server]), callId, server))));

            foreach (var store in stores)
            {
                var kept = store.CallSteps.Read(StepQuery.AllOf(280197), [callId], 1_000)
                    .ToDictionary(step => step.Ring);
                Assert.Equal(Rings, kept.Count);
                foreach (var (step, isRefused) in told.SelectMany(all => all))
                {
                    var stands = kept[step.Ring];
                    Assert.Equal(isRefused, step.Outcome != stands.Outcome && step.Outcome != RingOutcome.Unspecified);
                }

                // The whole step is of one server.
                Assert.All(kept.Values, step => Assert.Contains((step, false), told.SelectMany(all => all)));
            }

            stores.ForEach(store => store.Dispose());
        });

    [Fact]
    public void What_is_rejected_is_set_aside_once()
    {
        using var store = MongoStatusStore.Open(_database.Options);
        var rejected = Step(5, RingOutcome.NoAnswer, serverId: 1);

        store.CallSteps.AddRejected([rejected, rejected]);
        store.CallSteps.AddRejected([rejected, Step(5, RingOutcome.Rejected, serverId: 1)]);

        Assert.Equal(
            ["280197/985282287/7/380171/5/NO_ANSWER/ALWAYS", "280197/985282287/7/380171/5/REJECTED/ALWAYS"],
            _database.Read("rejected_call_steps").Select(one => one["_id"].AsString).Order());
    }

    private static List<(CallStep Step, bool IsRefused)> KeepMany(
        IStatusStore store, Random random, long callId, long server)
    {
        var told = new List<(CallStep, bool)>();
        for (var batch = 0; batch < 8; batch++)
        {
            CallStep[] steps =
            [
                .. Enumerable.Range(0, Rings).Select(at => Step(
                    at, batch < 3 ? RingOutcome.Unspecified : (RingOutcome)random.Next(1, 4), server, callId)),
            ];
            told.AddRange(steps.Zip(store.CallSteps.Keep(steps).Select(result => result.IsRefused)));
        }

        return told;
    }

    private static string Text(BsonElement field) => field.Name == "server_id" ? ""
        : field.Value.IsBsonNull ? "BsonNull"
        : field.Value is BsonDateTime date ? $"{date.MillisecondsSinceEpoch}" : $"{field.Value}";

    private static CallStep Step(long at, RingOutcome outcome, long serverId, long callId = 985282287) => new(
        new(280197, callId, 7, 380171, at), QueueRule.Always, outcome,
        new(RingClassification.Offline, "Offline", Status.Offline, "", 1, Origin.Supervisor, serverId), 3);
}
