using AgentStatus.Server.Access;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Access;

public sealed class IdentityTests
{
    [Theory]
    [InlineData(Permission.Record, 1, true)]
    [InlineData(Permission.Record, 2, true)]
    [InlineData(Permission.Record, 3, false)]
    [InlineData(Permission.Record, 0, false)]
    [InlineData(Permission.Record, -1, false)]
    [InlineData(Permission.Report, 1, false)]
    public void Allows_its_permissions_for_its_companies(Permission permission, long companyId, bool expected) =>
        Assert.Equal(
            expected,
            new Identity("cip", [Permission.Record, Permission.Classify], [1, 2]).Allows(permission, companyId));

    [Theory]
    [InlineData(Permission.Watch, 0, true)]
    [InlineData(Permission.Watch, 7, true)]
    [InlineData(Permission.Admin, 0, false)]
    public void Without_companies_it_allows_its_permissions_for_all(
        Permission permission, long companyId, bool expected) => Assert.Equal(
        expected, new Identity("metrics", [Permission.Watch], companies: null).Allows(permission, companyId));

    [Fact]
    public void IsSameAs_WhatItIs_DecidesAlone()
    {
        Identity[] all =
        [
            new("a", [Permission.Record], [1]), new("b", [Permission.Record], [1]), new("a", [Permission.Watch], [1]),
            new("a", [Permission.Record], [2]), new("a", [Permission.Record], companies: null),
            new("a", [Permission.Record], [1], endsAtMs: 7),
        ];
        foreach (var one in all) Assert.Equal([one], all.Where(one.IsSameAs));
        Assert.True(all[0].IsSameAs(new("a", [Permission.Record, Permission.Record], [1, 1])));
    }

    [Fact]
    public void Anonymous_may_do_all_and_nobody_nothing()
    {
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.True(Identity.Anonymous.Allows(permission, 0)));
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.False(Identity.Nobody.Allows(permission, 0)));
    }

    [Fact]
    public void Ends_at_its_time_or_when_it_is_told()
    {
        var clock = new FakeTimeProvider();
        var timed = new Identity("a", [], [], clock.NowMs() + 1_000);
        var end = timed.WatchEnd(clock);
        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(timed.HasEnded(clock) || end.IsCancellationRequested);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(timed.HasEnded(clock) && end.IsCancellationRequested);
        Assert.True(timed.WatchEnd(clock).IsCancellationRequested);

        var told = new Identity("a", [], []);
        end = told.WatchEnd(clock);
        Assert.False(told.HasEnded(clock) || end.IsCancellationRequested);
        told.End();
        Assert.True(told.HasEnded(clock) && end.IsCancellationRequested);
        Assert.True(told.WatchEnd(clock).IsCancellationRequested);
    }

    [Fact]
    public void Until_EndsAtItsInstantOrWithTheOther()
    {
        var clock = new FakeTimeProvider();
        var listed = new Identity("cip", [Permission.Record], [1]);
        var (early, late) = (listed.Until(clock.NowMs() + 1_000, clock), listed.Until(clock.NowMs() + 2_000, clock));
        Assert.Same(late, listed.Until(clock.NowMs() + 2_000, clock));
        Assert.True(early.Name == "cip" && early.Allows(Permission.Record, 1) && !early.Allows(Permission.Record, 2));
        var (earlyEnd, lateEnd) = (early.WatchEnd(clock), late.WatchEnd(clock));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(early.HasEnded(clock) && earlyEnd.IsCancellationRequested);
        Assert.False(late.HasEnded(clock) || lateEnd.IsCancellationRequested || listed.HasEnded(clock));
        listed.End();
        Assert.True(late.HasEnded(clock) && lateEnd.IsCancellationRequested);
        Assert.True(listed.Until(clock.NowMs() + 3_000, clock).HasEnded(clock));
    }

    [Fact]
    public void WatchEnd_OfOneThatLastsLongerThanATimerCan_GoesOnAfterwards()
    {
        var clock = new FakeTimeProvider();
        var endsAtMs = (clock.GetUtcNow() + 2 * ServerLimits.LongestIdentity).ToUnixTimeMilliseconds();
        var identity = new Identity("cip", [], [], endsAtMs);
        var end = identity.WatchEnd(clock);
        clock.Advance(ServerLimits.LongestIdentity);
        Assert.True(end.IsCancellationRequested && !identity.HasEnded(clock));
        Assert.False(identity.WatchEnd(clock).IsCancellationRequested);
        clock.Advance(ServerLimits.LongestIdentity);
        Assert.True(identity.WatchEnd(clock).IsCancellationRequested);
    }
}
