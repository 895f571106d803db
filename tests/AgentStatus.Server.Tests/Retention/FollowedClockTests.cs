using AgentStatus.Server.Retention;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Retention;

/// <summary>How far the retention believes a clock.</summary>
public sealed class FollowedClockTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 31, 10, 0, 0, TimeSpan.Zero);

    private readonly JumpingClock _clock = new(Now);
    private readonly FollowedClock _followed;

    public FollowedClockTests() => _followed = new(_clock);

    private DateTimeOffset Followed => DateTimeOffset.FromUnixTimeMilliseconds(_followed.FollowMs());

    [Fact]
    public void A_clock_that_goes_on_is_followed()
    {
        _followed.Begin(Now.ToUnixTimeMilliseconds());
        for (var day = 1; day < 10; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal(Now.AddDays(day), Followed);
        }
    }

    [Fact]
    public void One_that_jumps_ahead_is_followed_by_a_week_a_day_and_back_not_at_all()
    {
        _followed.Begin(Now.ToUnixTimeMilliseconds());
        _clock.Jumped = TimeSpan.FromDays(400);
        Assert.Equal(Now, Followed);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Now.AddDays(7), Followed);
        _clock.Jumped = TimeSpan.Zero;
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Now.AddDays(7), Followed);
        _clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal(Now.AddDays(8), Followed);
    }

    [Fact]
    public void After_a_standstill_it_catches_up()
    {
        _followed.Begin(Now.AddDays(-30).ToUnixTimeMilliseconds());
        Assert.Equal(Now.AddDays(-30), Followed);
        _clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal(Now.AddDays(5), Followed);
    }

    private sealed class JumpingClock(DateTimeOffset now) : FakeTimeProvider(now)
    {
        public TimeSpan Jumped { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jumped;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
