namespace AgentStatus.Storage.Tests.MongoDb;

public sealed class InDoubtWritesTests
{
    private readonly SequenceNumbers _numbers = new();
    private readonly InDoubtWrites _writes;

    public InDoubtWritesTests() => _writes = new(_numbers);

    [Fact]
    public void Settle_OfAnsweredWrites_ClosesTheirNumbers()
    {
        _writes.Settle("events", ["a", "b"], _numbers.Take(2));

        Assert.Equal(2, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void Remember_KeepsTheNumbersOpenUntilEveryIdIsAnswered()
    {
        _writes.Remember("events", ["a", "b"], _numbers.Take(2));
        _writes.Remember("events", ["b"], _numbers.Take(1));

        _writes.Settle("events", ["a", "c"], _numbers.Take(2));
        Assert.Equal(1, _numbers.ConfirmedThrough);
        _writes.Settle("hours", ["b"], _numbers.Take(1));
        Assert.Equal(1, _numbers.ConfirmedThrough);
        _writes.Settle("events", ["b"], _numbers.Take(1));
        Assert.Equal(7, _numbers.ConfirmedThrough);
    }
}
