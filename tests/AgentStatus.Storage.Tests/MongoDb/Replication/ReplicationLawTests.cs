namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>The law of following: nothing that is stored is missed, and what was acknowledged before known_through has
/// been given, whatever servers, followers, the network and the replica set do. The auditor sees real time and the
/// whole database.</summary>
public sealed class ReplicationLawTests
{
    private static readonly ReplicationLimits Limits = ReplicationLimits.Default with
    {
        WatchFor = TimeSpan.FromMilliseconds(400),
        RefreshWithin = TimeSpan.FromMilliseconds(60),
        RangesPerQuery = 3,
    };

    [Fact]
    public void Whatever_happens_nothing_is_missed_and_known_through_is_true()
    {
        var counts = new SortedDictionary<string, int>();
        Seeds.ForEach(60, random => Run(random, counts));
        foreach (var (what, count) in counts)
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {count}");
    }

    private static void Run(Random random, SortedDictionary<string, int> counts)
    {
        var limits = Limits with { DocumentsPerRead = random.Next(2) == 0 ? 12 : 200 };
        var database = new SimulatedDatabase(random);
        var audit = new SimulatedAudit(database, limits, random);
        var writers = new List<SimulatedWriter>();
        var followers = new[] { Follower(), Follower() };
        for (var step = 0; step < 3_000; step++)
        {
            database.Step();
            if (writers.Count(writer => !writer.IsGone) < 3)
                writers.Add(new($"server{writers.Count}", database, limits, random, audit));
            foreach (var writer in writers) writer.Step();
            foreach (var follower in followers) follower.Step();
        }
        for (var step = 0; step < 500; step++)
        {
            database.RealMs++;
            database.Settle();
            foreach (var writer in writers) writer.Finish();
        }
        Assert.All(writers, writer => Assert.True(writer.IsGone || writer.IsIdle));
        database.Settle();
        foreach (var follower in followers)
        {
            var target = follower.WholeReadings + 3;
            for (var step = 0; follower.WholeReadings < target; step++)
            {
                Assert.True(step < 100_000, "the follower does not come to an end");
                follower.Step(isCalm: true);
                database.Settle();
            }
            audit.CheckAtTheEnd(database.Look().Events, follower.Known);
        }
        audit.Count("servers", writers.Count);
        audit.Count("elections", database.Election);
        foreach (var (what, count) in audit.Counts)
            counts[what] = counts.GetValueOrDefault(what) + count;

        SimulatedFollower Follower() => new(database, limits, random, audit);
    }
}
