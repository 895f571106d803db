using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Tests.Memory;

/// <summary>Clients choose ids: those that a known hash would put into one place must cost what others cost.</summary>
public sealed class ChosenIdTests(ITestOutputHelper output)
{
    private const int Ids = 20_000;
    private const int Targets = 1_000;
    private const int Factor = 8;

    /// <summary>Ids that collide under Fibonacci hashing, whose multiplier anybody knows.</summary>
    [Fact]
    public void Agents_whose_ids_were_chosen_to_collide_are_found_as_fast_as_others()
    {
        var usual = LookUp([.. Enumerable.Range(1, Ids).Select(i => new AgentKey(1, i))]);
        var chosen = LookUp([.. FibonacciCollisions().Take(Ids).Select(id => new AgentKey(1, id))]);
        output.WriteLine(
            $"{Targets} look-ups: {usual.TotalMicroseconds:0} us, of chosen ids {chosen.TotalMicroseconds:0} us");
        Assert.InRange(chosen, TimeSpan.Zero, Factor * usual + TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Company ids that collide under long's own hash.</summary>
    [Fact]
    public void Companies_whose_ids_were_chosen_to_collide_are_taken_in_as_fast_as_others()
    {
        TakeIn(i => i);
        var usual = TakeIn(i => i);
        var chosen = TakeIn(i => ((long)i << 32) | (uint)i);
        output.WriteLine(
            $"{Ids} companies: {usual.TotalMilliseconds:0} ms, of chosen ids {chosen.TotalMilliseconds:0} ms");
        Assert.InRange(chosen, TimeSpan.Zero, Factor * usual + TimeSpan.FromMilliseconds(100));
    }

    private static TimeSpan LookUp(AgentKey[] agents)
    {
        var timelines = new TimelineIndex(CallLimits.Default);
        foreach (var agent in agents)
            timelines.Publish(agent, default(Timeline).With(new(1, Status.Away, Origin.Agent)));
        return Enumerable.Range(0, 10).Min(_ => Time(() =>
        {
            for (var i = 0; i < Targets; i++) Assert.True(timelines.TryAt(agents[i * (Ids / Targets)], 2, out var _));
        }));
    }

    private static TimeSpan TakeIn(Func<int, long> companyId)
    {
        var timelines = new TimelineIndex(CallLimits.Default);
        return Time(() =>
        {
            for (var i = 1; i <= Ids; i++)
                timelines.Publish(new(companyId(i), 1), default(Timeline).With(new(1, Status.Away, Origin.Agent)));
        });
    }

    private static TimeSpan Time(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Positive ids of company 1 whose product with the multiplier has the same bits 33 to 49.</summary>
    private static IEnumerable<long> FibonacciCollisions()
    {
        const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
        const ulong OfCompany = 0xFF51_AFD7_ED55_8CCD;
        var inverse = Multiplier;
        for (var i = 0; i < 5; i++) inverse = unchecked(inverse * (2 - (Multiplier * inverse)));
        for (var i = 1UL; ; i++)
        {
            var id = unchecked((long)((i * inverse) ^ OfCompany));
            if (id > 0) yield return id;
        }
    }
}
