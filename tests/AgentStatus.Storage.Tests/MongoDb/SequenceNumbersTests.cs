namespace AgentStatus.Storage.Tests.MongoDb;

public sealed class SequenceNumbersTests
{
    private readonly SequenceNumbers _numbers = new();

    [Fact]
    public void Take_GivesNumbersInARow()
    {
        Assert.Equal(0, _numbers.ConfirmedThrough);
        Assert.Equal(1, _numbers.Take(3));
        Assert.Equal(4, _numbers.Take(1));
        Assert.Equal(4, _numbers.Taken);
        Assert.Equal(0, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void ConfirmedThrough_IsBeforeTheLeastOpenNumber()
    {
        _numbers.Take(10);

        _numbers.Close(3, 2);
        Assert.Equal(0, _numbers.ConfirmedThrough);
        _numbers.Close(1, 2);
        Assert.Equal(4, _numbers.ConfirmedThrough);
        _numbers.Close(5, 6);
        Assert.Equal(10, _numbers.ConfirmedThrough);
        Assert.Equal(11, _numbers.Take(1));
        Assert.Equal(10, _numbers.ConfirmedThrough);
    }

    [Fact]
    public void Close_OfANumberThatWasNeverTaken_IsRefused()
    {
        _numbers.Take(2);

        Assert.Throws<ArgumentOutOfRangeException>(() => _numbers.Close(2, 2));
    }

    [Fact]
    public void ConfirmedThrough_AfterRandomCloses_EqualsANaiveCount() => Seeds.ForEach(1, random =>
    {
        var open = new SortedSet<long>();
        var next = 1L;
        for (var i = 0; i < 2_000; i++)
        {
            if (random.Next(3) == 0)
            {
                var count = random.Next(1, 6);
                Assert.Equal(next, _numbers.Take(count));
                for (; count > 0; count--) open.Add(next++);
            }
            else if (next > 1)
            {
                var first = Math.Max(1, next - random.NextInt64(1, 30));
                var count = (int)random.NextInt64(1, Math.Min(8, next - first) + 1);
                _numbers.Close(first, count);
                open.RemoveWhere(one => one >= first && one < first + count);
            }

            Assert.Equal((open.Count > 0 ? open.Min : next) - 1, _numbers.ConfirmedThrough);
        }
    });
}
