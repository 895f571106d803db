using AgentStatus.Server.Projections;

namespace AgentStatus.Server.Tests.Projections;

public sealed class WakingsTests
{
    [Fact]
    public void TryTake_GivesEachOnceAtTheInstantThatWasGivenLast() => Seeds.ForEach(300, random =>
    {
        var wakings = new Wakings<long>();
        var expected = new Dictionary<long, long>();
        for (var nowMs = 0L; nowMs < 300; nowMs += random.Next(1, 20))
        {
            for (var i = random.Next(6); i > 0; i--)
            {
                var key = random.Next(4);
                long? atMs = random.Next(5) == 0 ? null : nowMs + 1 + random.Next(60);
                wakings.Expect(key, atMs);
                if (atMs is { } at) expected[key] = at;
                else expected.Remove(key);
            }

            var taken = new Dictionary<long, long>();
            while (wakings.TryTake(nowMs, out var key, out var atMs)) taken.Add(key, atMs);
            Assert.Equal(
                expected.Where(one => one.Value <= nowMs).OrderBy(one => one.Key), taken.OrderBy(one => one.Key));
            foreach (var key in taken.Keys) expected.Remove(key);
            if (expected.Count > 0) Assert.True(wakings.NextMs <= expected.Values.Min());
        }
    });

    [Fact]
    public void Expect_OverAndOverWithAnEarlierAndALaterInstant_LeavesLittleBehind()
    {
        // Calls: each begin says 12 hours, each wrap-up one.
        var wakings = new Wakings<long>();
        for (var nowMs = 0L; nowMs < 100_000; nowMs += 10)
        {
            wakings.Expect(1, nowMs + 12_000);
            wakings.Expect(1, nowMs + 1_000);
            Assert.False(wakings.TryTake(nowMs, out _, out _));
        }

        Assert.InRange(wakings.Queued, 1, 20);
    }
}
