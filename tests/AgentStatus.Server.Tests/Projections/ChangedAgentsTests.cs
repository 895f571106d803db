using AgentStatus.Server.Projections;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Projections;

/// <summary>Whoever adds, the writer among others, waits no longer than a portion takes, however many calls run out at
/// once.</summary>
public sealed class ChangedAgentsTests
{
    private const int Agents = 20_000;
    private const int Portion = ServerLimits.ProjectedAgents;

    private readonly FakeTimeProvider _time = new(new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero));
    private readonly ChangedAgents _changes;

    public ChangedAgentsTests() => _changes = new(_time);

    [Fact]
    public void Calls_that_run_out_at_the_same_instant_come_in_portions()
    {
        for (var i = 1; i <= Agents; i++) _changes.Expect(new(1, i), _time.NowMs() + 1_000);
        Assert.False(_changes.AddExpected(Portion));
        Assert.Equal(0, _changes.Count);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_changes.AddExpected(Portion));
        Assert.Equal(Portion, _changes.Count);
        while (_changes.AddExpected(Portion)) { }
        var taken = new HashSet<long>();
        while (Take(Portion) is { Length: > 0 } portion)
        {
            Assert.InRange(portion.Length, 1, Portion);
            Assert.All(portion, change => Assert.Equal(_time.NowMs(), change.FromMs));
            taken.UnionWith(portion.Select(change => change.Agent.AgentId));
            _changes.Return([]);
        }

        Assert.Equal(Agents, taken.Count);
        Assert.Equal(TimeSpan.Zero, _changes.Lag);
    }

    [Fact]
    public void An_agent_whose_call_goes_on_and_on_waits_once()
    {
        var beganAtMs = _time.NowMs();
        for (var i = 1; i <= Agents; i++) _changes.Expect(new(1, 1), beganAtMs + 1_000 + i);
        _changes.Expect(new(1, 1), beganAtMs + 500);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(_changes.AddExpected(Portion));
        Assert.Equal([new AgentChange(new(1, 1), beganAtMs + 500)], Take(Portion));
    }

    [Fact]
    public void Lag_is_that_of_the_oldest_written_or_not()
    {
        _changes.Add(new(1, 1), 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        _changes.Add(new(1, 2), 2);
        _changes.Add(new(1, 1), 0);
        Assert.Equal(TimeSpan.FromSeconds(1), _changes.Lag);

        var taken = Take(1);
        Assert.Equal([new AgentChange(new(1, 1), 0)], taken);
        Assert.Equal(TimeSpan.FromSeconds(1), _changes.Lag);
        _changes.Return(taken);
        Assert.Equal(TimeSpan.FromSeconds(1), _changes.Lag);

        Assert.Equal(2, Take(9).Length);
        _changes.Return([]);
        Assert.Equal(TimeSpan.Zero, _changes.Lag);
    }

    [Fact]
    public void Agents_with_many_events_come_in_smaller_portions()
    {
        for (var i = 1; i <= 10; i++) _changes.Add(new(1, i), 0);

        var sizes = new List<int>();
        while (_changes.Take(Portion, _ => (ServerLimits.ProjectedEvents / 3) + 1) is { Length: > 0 } portion)
            sizes.Add(portion.Length);

        Assert.Equal([3, 3, 3, 1], sizes);
    }

    [Fact]
    public void Lag_is_the_least_of_all_whatever_comes_back() => Seeds.ForEach(100, random =>
    {
        var (queue, all) = (new OldestFirst(), new Queue<long>());
        for (var i = 0; i < 200; i++)
        {
            if (random.Next(5) < 3)
            {
                long at = random.Next(50);
                queue.Enqueue(at);
                all.Enqueue(at);
            }
            else if (all.Count > 0)
            {
                Assert.Equal(all.Dequeue(), queue.Dequeue());
            }

            Assert.Equal(all.Count == 0 ? null : all.Min(), queue.Oldest);
        }
    });

    private AgentChange[] Take(int most) => _changes.Take(most, _ => 1);
}
