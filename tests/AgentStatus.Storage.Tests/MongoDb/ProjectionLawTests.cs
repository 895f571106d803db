namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>The law of the projection: when changes stop, the stored periods are the right ones, whichever servers
/// owned it, wherever they paused in the midst of a write, and whenever two of them took themselves for the
/// owner.</summary>
[MongoDb]
public sealed class ProjectionLawTests
{
    [Fact, Slow]
    public void Whatever_owners_do_the_periods_are_right_in_the_end()
    {
        using var database = TestDatabase.Require();
        using var one = MongoStatusStore.Open(database.Options);
        using var other = MongoStatusStore.Open(database.Options);
        var companyId = 0;
        Seeds.ForEach(
            12,
            random => new ProjectionSimulation(random, database, [one, other], ++companyId).Run(steps: 400));
    }
}
