namespace AgentStatus.Storage.Tests.MongoDb.Replication;

public sealed class ServerCursorTests
{
    [Fact]
    public void Saw_BehindAGap_LeavesTheGapMissing()
    {
        var cursor = new ServerCursor(10);

        Assert.True(cursor.Saw(11));
        Assert.True(cursor.Saw(15));
        Assert.False(cursor.Saw(15));
        Assert.False(cursor.Saw(10));

        Assert.Equal([new(12, 14), new(16, long.MaxValue)], cursor.Missing(long.MaxValue));
        Assert.Equal(11, cursor.GivenThrough);
    }

    [Fact]
    public void Pass_ClosesWhatLiesBelow_AndNothingElse()
    {
        var cursor = new ServerCursor(0);
        cursor.Saw(3);
        cursor.Saw(9);

        cursor.Pass(5);
        Assert.Equal([new(6, 8), new(10, long.MaxValue)], cursor.Missing(long.MaxValue));
        cursor.Pass(20);
        Assert.Equal([new(21, long.MaxValue)], cursor.Missing(long.MaxValue));
    }

    [Fact]
    public void AskAgain_GivesTheLastNumbersOnceMore()
    {
        var cursor = new ServerCursor(100);

        cursor.AskAgain(10);

        Assert.Equal([new(91, 100), new(101, long.MaxValue)], cursor.Missing(long.MaxValue));
        Assert.True(cursor.Saw(95));
        Assert.False(cursor.Saw(95));
        cursor.Pass(100);
        Assert.Equal([new(101, long.MaxValue)], cursor.Missing(long.MaxValue));
    }

    [Fact]
    public void Cursor_AfterRandomSteps_EqualsANaiveSet() => Seeds.ForEach(1, random =>
    {
        var cursor = new ServerCursor(5);
        var known = Enumerable.Range(1, 5).Select(number => (long)number).ToHashSet();
        for (var i = 0; i < 2_000; i++)
        {
            var number = random.NextInt64(1, (i / 4) + 30);
            if (random.Next(20) > 0)
            {
                Assert.Equal(known.Add(number), cursor.Saw(number));
            }
            else
            {
                number = Math.Max(1, number / 2);
                cursor.Pass(number);
                for (var n = 1L; n <= number; n++) known.Add(n);
            }
            var missing = cursor.Missing(long.MaxValue).ToList();
            for (var n = 1L; n <= known.Max() + 2; n++)
                Assert.Equal(!known.Contains(n), missing.Exists(range => range.First <= n && n <= range.Last));
        }
    });
}
