using AgentStatus.MongoGateway.Wire;

namespace AgentStatus.MongoGateway.Tests;

public sealed class ElectionsTests
{
    private readonly Elections _elections = new(firstTerm: 7);

    [Fact]
    public async Task WhileUnchanged_OfAHelloThatKnowsThePresentState_EndsWithTheNextElection()
    {
        var waiting = WaitAsync(Said());
        Assert.False(waiting.IsCompleted);

        _elections.Elect();

        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void WhileUnchanged_OfAHelloThatKnowsNothingOrAnEarlierState_EndsAtOnce()
    {
        var earlier = Said();
        _elections.Elect();

        Assert.True(WaitAsync(earlier).IsCompleted);
        Assert.True(WaitAsync(BsonDocument.Empty).IsCompleted);
    }

    [Fact]
    public void Elect_GivesAGreaterElectionId()
    {
        var before = Said().Find("electionId"u8).Value.ToArray();

        _elections.Elect();

        Assert.True(Said().Find("electionId"u8).Value.Span.SequenceCompareTo(before) > 0);
    }

    private Task WaitAsync(BsonDocument hello) =>
        _elections.WhileUnchangedAsync(hello, TestContext.Current.CancellationToken);

    private BsonDocument Said() =>
        new(_elections.WriteTo(new BsonWriter()).Int32("maxAwaitTimeMS", 60_000).ToBytes());
}
